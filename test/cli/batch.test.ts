import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { readBatch, writeBatch } from "../../src/storage/batch-record.ts";
import { startAnthropicBatches, succeeded, without } from "../servers/anthropic-batches.ts";
import { completion, startOpenAiBatches } from "../servers/openai-batches.ts";
import { start } from "./start.ts";

let openai: Awaited<ReturnType<typeof startOpenAiBatches>>;
let anthropic: Awaited<ReturnType<typeof startAnthropicBatches>>;
beforeEach(async () => {
  openai = await startOpenAiBatches();
  anthropic = await startAnthropicBatches();
});
afterEach(async () => {
  await openai.close();
  await anthropic.close();
});

const PRICE = "price: { input: 2, output: 4 }";
const GPT = () => `gpt: { backend: openai, model: gpt-4o, base_url: "${openai.url}/v1", ${PRICE} }`;
const CLAUDE = () =>
  `claude: { backend: anthropic, model: claude-4, base_url: "${anthropic.url}", ${PRICE} }`;
const GATE =
  "gate: { baseline: gpt, require: [{ metric: score, margin: 0.5 }, { metric: latency_p95, at_most: 3s }] }\n";

function folder(models: readonly string[], { cases = 2, more = "" } = {}): string {
  const cwd = mkdtempSync(join(tmpdir(), "evals-batch-"));
  const lines = Array.from({ length: cases }, (_, at) =>
    JSON.stringify({ id: `c${at}`, q: `case ${at}: 2+2`, expected: "4" }),
  );
  writeFileSync(join(cwd, "cases.jsonl"), `${lines.join("\n")}\n`);
  const suite = `name: batches
models:
${models.map((model) => `  ${model}\n`).join("")}tasks:
  t: { dataset: cases.jsonl, prompt: "{{ q }}", scorers: [exact] }
${more}`;
  writeFileSync(join(cwd, "suite.yaml"), suite);
  return cwd;
}

const evals = (cwd: string, ...args: readonly string[]) => start(cwd, args).ended;

function runDirectory(cwd: string): string {
  const runs = join(cwd, "results/batches");
  return join(runs, readdirSync(runs).toSorted().at(-1) ?? "");
}

function records(cwd: string, file: "samples" | "scores") {
  const text = readFileSync(join(runDirectory(cwd), `${file}.jsonl`), "utf8").trim();
  return text === "" ? [] : text.split("\n").map((line) => JSON.parse(line));
}

const manifest = (cwd: string) => JSON.parse(readFileSync(join(runDirectory(cwd), "run.json"), "utf8"));
const made = () => openai.calls.filter(({ method, path }) => method === "POST" && path === "/v1/batches");
const until = async (isTrue: () => boolean) => {
  while (!isTrue()) await new Promise((resolve) => setTimeout(resolve, 10));
};

test("both providers are asked in batches, at half the price, with the same scores and no time", async () => {
  const cwd = folder([GPT(), CLAUDE()], { cases: 3, more: GATE });
  const { code, stdout, stderr } = await evals(cwd, "run", "suite.yaml", "--batch");
  expect(code).toBe(0);
  expect(stdout).toContain("asked in batches, not timed");
  expect(stderr).toContain("gpt: batch 1 with 3 requests is batch_1");
  expect(stderr).toContain("claude: batch 2 is over, 3 answers");
  expect(openai.asked().map((lines) => lines.length)).toEqual([3]);
  expect(openai.asked()[0]?.[0]).toMatchObject({
    method: "POST",
    url: "/v1/chat/completions",
    body: { model: "gpt-4o", messages: [{ role: "user", content: "case 0: 2+2" }] },
  });
  expect(Object.keys(openai.asked()[0]?.[0]?.body ?? {})).not.toContain("stream");
  expect(anthropic.batches[0]?.requests[0]?.params).toMatchObject({ model: "claude-4", max_tokens: 4096 });
  // Nothing was asked one by one, and no key went where the results were said to be.
  expect(openai.calls.some(({ path }) => path.includes("chat"))).toBe(false);
  const scores = records(cwd, "scores");
  expect(scores).toHaveLength(6);
  for (const scored of scores) {
    expect(scored).toMatchObject({ score: 1, latencyMs: null, firstTokenMs: null, inputTokens: 10 });
    expect(scored.costUsd).toBeCloseTo((10 * 1 + 2 * 2) / 1e6, 12);
  }
  expect(manifest(cwd).models).toMatchObject([
    { name: "gpt", batch: true, price: { input: 1, output: 2, source: "suite, half in a batch" } },
    { name: "claude", batch: true },
  ]);
});

test("a gate's rule on latency is undecided after a batch, and says why", async () => {
  const cwd = folder([GPT(), CLAUDE()], { cases: 30, more: GATE });
  await evals(cwd, "run", "suite.yaml", "--batch");
  const { code, stdout } = await evals(cwd, "gate", "latest", "--json");
  expect(code).toBe(3);
  const rules = JSON.parse(stdout).report.gate.verdicts[0].rules;
  expect(rules.find(({ metric }: { metric: string }) => metric === "latency_p95")).toMatchObject({
    state: "undecided",
    evidence: "claude was asked in batches, where no time is measured",
  });
});

test("results in any order, twice, unreadable, or of somebody else are kept apart, and none is lost", async () => {
  openai.behaviour.end = (lines) => {
    const [first, second, third] = lines.map((line) => JSON.stringify(completion(line, "4")));
    const again = JSON.stringify(completion(lines[0] ?? expect.fail(), "5"));
    const strange = JSON.stringify({ custom_id: "somebody", response: { status_code: 200, body: {} } });
    return { output: [third, "{ torn", second, strange, first, again, ""].join("\n") };
  };
  const cwd = folder([GPT()], { cases: 3 });
  const { code, stderr } = await evals(cwd, "run", "suite.yaml", "--batch");
  expect(code).toBe(0);
  expect(stderr).toContain("1 named twice: the first answer is kept");
  expect(stderr).toContain("2 lines that are not ours, or not readable, left out");
  expect(records(cwd, "scores").map(({ score }) => score)).toEqual([1, 1, 1]);
});

test("items that expired or were rejected are missing, and a resume asks exactly them again", async () => {
  openai.behaviour.end = (lines) => ({
    status: "expired",
    output: lines.slice(0, 1).map((line) => completion(line, "4")),
    errors: lines.slice(1, 3).map(({ custom_id }, at) => ({
      custom_id,
      response: at === 0 ? null : { status_code: 400, body: { error: { message: "too much" } } },
      error: at === 0 ? { code: "batch_expired", message: "not in time" } : null,
    })),
  });
  const cwd = folder([GPT()], { cases: 4 });
  const first = await evals(cwd, "run", "suite.yaml", "--batch");
  expect(first.code).toBe(3);
  expect(first.stderr).toContain("1 answers; 3 without one; it is expired");
  expect(records(cwd, "scores").map(({ outcome }) => outcome)).toEqual([
    "answered",
    "failed",
    "failed",
    "failed",
  ]);
  const failures = records(cwd, "samples").flatMap(({ outcome }) => outcome.failure?.message ?? []);
  expect(failures).toMatchObject([
    expect.stringContaining("not in time"),
    expect.stringContaining("400: too much"),
    expect.stringContaining("it is expired"),
  ]);
  openai.behaviour.end = (lines) => ({ output: lines.map((line) => completion(line, "4")) });
  expect((await evals(cwd, "resume", "latest")).code).toBe(0);
  expect(openai.asked().map((lines) => lines.length)).toEqual([4, 3]);
  expect(records(cwd, "scores").map(({ score }) => score)).toEqual([1, 1, 1, 1]);
});

test("requests of a message batch that expired, failed or were cancelled are missing, each with its reason", async () => {
  anthropic.behaviour.results = ([first, second, third, fourth]) => [
    without(third ?? expect.fail(), "canceled"),
    without(second ?? expect.fail(), "errored", { type: "invalid_request_error", message: "odd" }),
    succeeded(fourth ?? expect.fail(), "4"),
    without(first ?? expect.fail(), "expired"),
  ];
  const cwd = folder([CLAUDE()], { cases: 4 });
  expect((await evals(cwd, "run", "suite.yaml", "--batch")).code).toBe(3);
  const failures = records(cwd, "samples").flatMap(({ outcome }) => outcome.failure?.message ?? []);
  expect(failures.map((message) => /expired|odd|canceled/.exec(message)?.[0])).toEqual([
    "expired",
    "odd",
    "canceled",
  ]);
  anthropic.behaviour.results = (items) => items.map((item) => succeeded(item, "4"));
  expect((await evals(cwd, "resume", "latest")).code).toBe(0);
  expect(anthropic.batches.map(({ requests }) => requests.length)).toEqual([4, 3]);
});

test("a run that is killed while it waits is resumed with what it sent, and sends nothing twice", async () => {
  openai.behaviour.pollsNeeded = 1e9;
  const cwd = folder([GPT(), CLAUDE()], { cases: 3 });
  const { child, ended, said } = start(cwd, ["run", "suite.yaml", "--batch"]);
  await until(() => said().includes("claude: batch 2 is over"));
  child.kill("SIGKILL");
  await ended;
  openai.behaviour.pollsNeeded = 0;
  const { code, stderr } = await evals(cwd, "resume", "latest");
  expect(code).toBe(0);
  expect(stderr).toContain("gpt: batch 1 is over, 3 answers");
  expect([openai.batches.length, anthropic.batches.length]).toEqual([1, 1]);
  expect(records(cwd, "scores").map(({ score }) => score)).toEqual(Array(6).fill(1));
  expect(manifest(cwd).spending.calls).toBe(6);
});

test("a record of a batch that cannot be believed stops a resume, with nothing sent", async () => {
  openai.behaviour.pollsNeeded = 1e9;
  const cwd = folder([GPT()]);
  const { child, ended, said } = start(cwd, ["run", "suite.yaml", "--batch"]);
  await until(() => said().includes("is batch_1"));
  child.kill("SIGKILL");
  await ended;
  const file = join(runDirectory(cwd), "batches/batch-0001.json");
  writeFileSync(file, readFileSync(file, "utf8").replace("batch_1", "batch_9"));
  const { code, stderr } = await evals(cwd, "resume", "latest");
  expect(code).toBe(4);
  expect(stderr).toContain("its checksum does not match");
  expect(openai.batches).toHaveLength(1);
});

test("a signal while it waits leaves the batches to a resume", async () => {
  openai.behaviour.pollsNeeded = 1e9;
  const cwd = folder([GPT()]);
  const { child, ended, said } = start(cwd, ["run", "suite.yaml", "--batch"]);
  await until(() => said().includes("is batch_1"));
  child.kill("SIGINT");
  const { code, stderr } = await ended;
  expect(code).toBe(130);
  expect(stderr).toContain("1 batch goes on at its provider; the resumed run collects it");
  openai.behaviour.pollsNeeded = 0;
  expect((await evals(cwd, "resume", "latest")).code).toBe(0);
  expect(openai.batches).toHaveLength(1);
});

test.each([
  ["openai", () => openai, GPT],
  ["anthropic", () => anthropic, CLAUDE],
] as const)(
  "a batch of %s whose creation was not answered is found again, and not paid for twice",
  async (_, server, model) => {
    let isFirst = true;
    server().faults.fault = ({ method, path }) => {
      if (method !== "POST" || !path.endsWith("/batches") || !isFirst) return undefined;
      isFirst = false;
      return { reset: true };
    };
    const cwd = folder([model()]);
    expect((await evals(cwd, "run", "suite.yaml", "--batch")).code).toBe(0);
    expect(server().batches).toHaveLength(1);
    expect(records(cwd, "scores").map(({ score }) => score)).toEqual([1, 1]);
  },
);

test("a kill between the sending of a batch and its name is mended by a resume", async () => {
  openai.faults.fault = ({ method, path }) =>
    method === "POST" && path === "/v1/batches" ? { delayMs: 60_000 } : undefined;
  const cwd = folder([GPT()]);
  const { child, ended } = start(cwd, ["run", "suite.yaml", "--batch"]);
  await until(() => openai.batches.length === 1);
  child.kill("SIGKILL");
  await ended;
  openai.faults.fault = () => undefined;
  expect((await evals(cwd, "resume", "latest")).code).toBe(0);
  expect(made()).toHaveLength(1);
  expect(records(cwd, "scores").map(({ score }) => score)).toEqual([1, 1]);
});

test("faults on the way are waited out: polls that fail, results that break off", async () => {
  let polls = 0;
  let reads = 0;
  openai.faults.fault = ({ method, path }) => {
    if (method === "GET" && path === "/v1/batches/batch_1") {
      polls += 1;
      if (polls === 1) return { status: 503 };
      if (polls === 2) return { reset: true };
    }
    if (path.endsWith("/content")) {
      reads += 1;
      if (reads === 1) return { cutAt: 500 };
    }
    return undefined;
  };
  const cwd = folder([GPT()], { cases: 5 });
  expect((await evals(cwd, "run", "suite.yaml", "--batch")).code).toBe(0);
  expect(reads).toBe(2);
  expect(records(cwd, "samples")).toHaveLength(5);
  expect(records(cwd, "scores").map(({ score }) => score)).toEqual(Array(5).fill(1));
});

test("a batch that is not taken leaves its samples missing, with the reason", async () => {
  openai.faults.fault = ({ method, path }) =>
    method === "POST" && path === "/v1/batches"
      ? { status: 400, json: { error: { message: "no batches for this model" } } }
      : undefined;
  const cwd = folder([GPT()]);
  const { code, stderr } = await evals(cwd, "run", "suite.yaml", "--batch");
  expect(code).toBe(3);
  expect(stderr).toContain("no batches for this model");
  expect(records(cwd, "scores").map(({ outcome }) => outcome)).toEqual(["failed", "failed"]);
});

test("a batch that fails its provider's checks leaves its samples missing, with the reason", async () => {
  openai.behaviour.end = () => ({ status: "failed", why: [{ message: "line 1 is odd" }] });
  const cwd = folder([GPT()]);
  expect((await evals(cwd, "run", "suite.yaml", "--batch")).code).toBe(3);
  const [failed] = records(cwd, "samples");
  expect(failed.outcome.failure.message).toContain("it is failed: line 1 is odd");
});

test("an answer is checked as one that streams: refused, cut, empty, and of the Responses API", async () => {
  const ends = ["content_filter", "length", "stop"];
  openai.behaviour.end = (lines) => ({
    output: lines.map((line, at) =>
      completion(line, "", {
        choices: [{ finish_reason: ends[at], message: { content: at === 2 ? "" : "no" } }],
      }),
    ),
  });
  const cwd = folder([GPT()], { cases: 3 });
  await evals(cwd, "run", "suite.yaml", "--batch");
  expect(records(cwd, "scores").map(({ outcome }) => outcome)).toEqual(["refused", "truncated", "empty"]);
  openai.behaviour.end = (lines) => ({
    output: lines.map(({ custom_id }) => ({
      custom_id,
      response: {
        status_code: 200,
        body: {
          model: "gpt-4o",
          status: "completed",
          output: [{ type: "message", content: [{ type: "output_text", text: "4" }] }],
          usage: { input_tokens: 5, output_tokens: 1 },
        },
      },
    })),
  });
  const other = folder([GPT().replace("model: gpt-4o", "model: gpt-4o, api: responses")]);
  expect((await evals(other, "run", "suite.yaml", "--batch")).code).toBe(0);
  expect(openai.batches[1]?.endpoint).toBe("/v1/responses");
  expect(records(other, "scores").map(({ score }) => score)).toEqual([1, 1]);
});

test("a budget is a hard cap over batches: what does not fit is not sent, and can be resumed", async () => {
  const model = GPT().replace("model: gpt-4o", "model: gpt-4o, max_tokens: 10");
  const cwd = folder([model], { cases: 6 });
  const first = await evals(cwd, "run", "suite.yaml", "--batch", "--budget-calls", "4");
  expect(first.code).toBe(3);
  expect(first.stderr).toContain("4 of 4 calls spent");
  expect(openai.asked().map((lines) => lines.length)).toEqual([4]);
  expect((await evals(cwd, "resume", "latest", "--budget-calls", "6")).code).toBe(0);
  expect(openai.asked().map((lines) => lines.length)).toEqual([4, 2]);
});

test("a budget of money waits for what a batch did not take, before more is sent", async () => {
  // An item is held for 63 millionths of a dollar at most, and costs 14.
  const model = GPT().replace("model: gpt-4o", "model: gpt-4o, max_tokens: 10");
  const cwd = folder([model], { cases: 6 });
  expect((await evals(cwd, "run", "suite.yaml", "--batch", "--budget-usd", "0.0002")).code).toBe(0);
  expect(openai.asked().map((lines) => lines.length)).toEqual([3, 2, 1]);
  expect(manifest(cwd).spending).toMatchObject({ calls: 6, usd: expect.closeTo(6 * 14e-6, 12) });
});

test("what the cache knows is not asked again, in a batch or after one", async () => {
  const cwd = folder([GPT()]);
  await evals(cwd, "run", "suite.yaml", "--batch");
  const { code, stderr } = await evals(cwd, "run", "suite.yaml", "--batch");
  expect(code).toBe(0);
  expect(stderr).toContain("2 of 2 answers came from the cache");
  expect(openai.batches).toHaveLength(1);
  expect((await evals(cwd, "run", "suite.yaml")).code).toBe(0);
  expect(openai.calls.some(({ path }) => path.includes("chat"))).toBe(false);
});

test("models without batches are asked as ever beside those with", async () => {
  const cwd = folder([GPT(), "made: { backend: simulated, model: any }"]);
  const { code, stderr } = await evals(cwd, "run", "suite.yaml", "--batch");
  expect(code).toBe(0);
  expect(stderr).toContain("not in batches, which their backends do not have: made");
  expect(manifest(cwd).models.map(({ batch }: { batch: boolean }) => batch)).toEqual([true, false]);
});

test.each([
  [["made: { backend: simulated, model: any }"], "no model of this run can be asked in a batch: simulated"],
  [
    ["gpt: { backend: openai, model: m, workflow: { vote: {} } }"],
    '"gpt" has a workflow, whose calls wait for one another',
  ],
])("what no batch can ask is refused before anything is sent", async (models, words) => {
  const { code, stderr } = await evals(folder(models), "run", "suite.yaml", "--batch");
  expect(code).toBe(2);
  expect(stderr).toContain(words);
});

test("tools that Claude called, and what it thought, are read from a batch as from a stream", async () => {
  anthropic.behaviour.results = (items) =>
    items.map((item) =>
      succeeded(item, "", {
        content: [
          { type: "thinking", thinking: "hm" },
          { type: "text", text: "4" },
          { type: "tool_use", id: "t1", name: "find", input: { id: 1 } },
        ],
        stop_reason: "tool_use",
      }),
    );
  const cwd = folder([CLAUDE()]);
  expect((await evals(cwd, "run", "suite.yaml", "--batch")).code).toBe(0);
  expect(records(cwd, "samples")[0].outcome.answer).toMatchObject({
    text: "4",
    toolCalls: [{ name: "find", arguments: { id: 1 } }],
    usage: { inputTokens: 10, outputTokens: 2 },
  });
});

test("a judge that is also asked in a batch judges call by call, at its whole price", async () => {
  const cwd = folder([GPT()]);
  const file = join(cwd, "suite.yaml");
  const judge = "{ judge: { model: gpt, rubric: Right? } }";
  writeFileSync(file, readFileSync(file, "utf8").replace("scorers: [exact]", `scorers: [exact, ${judge}]`));
  const { code } = await evals(cwd, "run", "suite.yaml", "--batch");
  // The server has no single calls: what was to be judged is not scored, never guessed.
  expect(code).toBe(3);
  expect(openai.calls.filter(({ path }) => path.includes("chat")).length).toBeGreaterThan(0);
  expect(openai.asked().map((lines) => lines.length)).toEqual([2]);
  const { models, judges } = manifest(cwd);
  expect(models[0].price).toMatchObject({ input: 1, output: 2 });
  expect(judges[0].price).toMatchObject({ input: 2, output: 4 });
});

test("a batch is paid for whole: its run is not stopped early, and is told so at once where it was to be", async () => {
  const cwd = folder([GPT(), CLAUDE()], { cases: 400, more: GATE });
  const refused = await evals(cwd, "run", "suite.yaml", "--batch", "--stop", "early");
  expect(refused.code).toBe(2);
  expect(refused.stderr).toContain("it cannot stop early");
  expect((await evals(cwd, "run", "suite.yaml", "--batch")).code).toBe(0);
  expect(manifest(cwd).early).toMatchObject({ stop: "never", isOn: false });
  expect(records(cwd, "scores")).toHaveLength(800);
});

test("a kill between the last answer and the end of its batch repeats nothing, in the journal or in the bill", async () => {
  const cwd = folder([GPT()], { cases: 3 });
  expect((await evals(cwd, "run", "suite.yaml", "--batch")).code).toBe(0);
  const before = { manifest: manifest(cwd), scores: records(cwd, "scores") };
  const directory = runDirectory(cwd);
  await writeBatch(directory, { ...(await readBatch(directory, 1)), state: "submitted" });
  const running = { ...before.manifest, state: "running", spending: undefined };
  writeFileSync(join(directory, "run.json"), JSON.stringify(running));
  expect((await evals(cwd, "resume", "latest")).code).toBe(0);
  expect(openai.batches).toHaveLength(1);
  expect(records(cwd, "samples")).toHaveLength(3);
  expect(records(cwd, "scores")).toEqual(before.scores);
  expect(manifest(cwd).spending).toEqual(before.manifest.spending);
});

test("the suite's settings can ask for batches, and a plan tells what they cost", async () => {
  const cwd = folder([GPT()], { more: "settings: { batch: true, max_tokens: 10 }\n" });
  const planned = await evals(cwd, "plan", "suite.yaml", "--json");
  const { forecast, batched } = JSON.parse(planned.stdout);
  expect(batched).toEqual(["gpt"]);
  expect(openai.calls).toHaveLength(0);
  const single = folder([GPT()], { more: "settings: { max_tokens: 10 }\n" });
  const whole = JSON.parse((await evals(single, "plan", "suite.yaml", "--json")).stdout);
  expect(forecast.total.mostCostUsd).toBeCloseTo(whole.forecast.total.mostCostUsd / 2, 12);
  expect((await evals(single, "plan", "suite.yaml", "--batch")).stdout).toContain(
    "in batches, at half the price and within a day: gpt",
  );
  expect((await evals(cwd, "run", "suite.yaml")).code).toBe(0);
  expect(openai.asked().map((lines) => lines.length)).toEqual([2]);
});

test("kills at any moment lose no answer and pay for none twice", { timeout: 120_000 }, async () => {
  openai.faults.fault = () => ({ delayMs: 40 });
  openai.behaviour.pollsNeeded = 2;
  for (let round = 0; round < 8; round += 1) {
    const cwd = folder([GPT()], { cases: 20 });
    const before = openai.batches.length;
    let { child, ended } = start(cwd, ["run", "suite.yaml", "--batch"]);
    // From the moment when the run's folder is there, in steps over the second in which it sends, asks and collects.
    await until(() => openai.calls.at(-1)?.path === "/v1/files" || openai.batches.length > before);
    for (let kill = 0; kill < 2; kill += 1) {
      await new Promise((resolve) => setTimeout(resolve, 20 + round * 90));
      child.kill("SIGKILL");
      await ended;
      ({ child, ended } = start(cwd, ["resume", "latest"]));
    }
    expect((await ended).code).toBe(0);
    const asked = openai.asked().slice(before).flat();
    expect(asked.map(({ custom_id }) => custom_id).toSorted()).toEqual(
      [...new Set(asked.map(({ custom_id }) => custom_id))].toSorted(),
    );
    expect(asked).toHaveLength(20);
    expect(records(cwd, "samples")).toHaveLength(20);
    expect(records(cwd, "scores").map(({ score }) => score)).toEqual(Array(20).fill(1));
  }
});
