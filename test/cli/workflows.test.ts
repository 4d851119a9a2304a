import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { chunk, done, usage } from "../servers/openai.ts";
import { type Received, type Script, startWireServer } from "../servers/wire.ts";
import { start } from "./start.ts";

const CATALOGUE: Script = {
  headers: { "content-type": "application/json" },
  steps: [{ send: '{"object":"list","data":[{"id":"mini"},{"id":"full"}]}' }],
};

let server: Awaited<ReturnType<typeof startWireServer>>;
let reply: (prompt: string, asked: number, request: Received) => Script;
beforeAll(async () => {
  server = await startWireServer((request) => {
    if (request.method === "GET") return CATALOGUE;
    return reply(JSON.stringify(request.body), calls().length, request);
  });
});
beforeEach(() => server.received.splice(0));
afterAll(() => server.close());

const calls = () => server.received.filter(({ method }) => method === "POST");
const text = (content: string): Script => ({ steps: [chunk({ content }), chunk({}, "stop"), usage, done] });

function folder(models: string, cases: readonly object[] = [{ id: "a", q: "2+2", expected: "4" }]): string {
  const cwd = mkdtempSync(join(tmpdir(), "evals-workflows-"));
  writeFileSync(join(cwd, "cases.jsonl"), cases.map((item) => `${JSON.stringify(item)}\n`).join(""));
  const suite = `name: flows
models:
${models.replaceAll("SERVER", `backend: openai, base_url: "${server.url}/v1"`)}
settings: { concurrency: 1 }
tasks:
  t: { dataset: cases.jsonl, prompt: "{{ q }}", scorers: [exact] }
`;
  writeFileSync(join(cwd, "suite.yaml"), suite);
  return cwd;
}

const evals = (cwd: string, ...args: readonly string[]) => start(cwd, args).ended;

function records(cwd: string, file: "samples" | "scores") {
  const runs = join(cwd, "results/flows");
  const [run = ""] = readdirSync(runs).toSorted().slice(-1);
  const lines = readFileSync(join(runs, run, `${file}.jsonl`), "utf8")
    .trim()
    .split("\n");
  return lines.map((line) => JSON.parse(line));
}

function spending(cwd: string) {
  const runs = join(cwd, "results/flows");
  const [run = ""] = readdirSync(runs).toSorted().slice(-1);
  return JSON.parse(readFileSync(join(runs, run, "run.json"), "utf8")).spending;
}

test("a target with a vote is asked k times, journalled step by step, priced whole, and shown with its calls", async () => {
  reply = (_, asked) => text(asked === 2 ? "5" : "4");
  const price = "price: { input: 1, output: 1 }";
  const cwd = folder(`  voted: { SERVER, model: mini, ${price}, workflow: { vote: { samples: 3 } } }`);
  const { code, stdout } = await evals(cwd, "run", "suite.yaml");
  expect(code).toBe(0);
  expect(stdout).toContain("3 calls a case");
  expect(calls()).toHaveLength(3);
  const [sample] = records(cwd, "samples");
  expect(sample.outcome.answer.text).toBe("4");
  expect(sample.outcome.answer.steps).toMatchObject([
    { name: "sample 1", model: "voted", kind: "answered", answer: { text: "4" }, cached: false },
    { name: "sample 2", answer: { text: "5", usage: { inputTokens: 7, outputTokens: 2 } } },
    { name: "sample 3", answer: { text: "4", timings: { latencyMs: expect.any(Number) } } },
  ]);
  const [scored] = records(cwd, "scores");
  expect(scored).toMatchObject({ score: 1, calls: 3, inputTokens: 21, outputTokens: 6 });
  expect(scored.costUsd).toBeCloseTo(27e-6, 12);
});

test("a run that is killed within a sample goes on after the last step that was answered", async () => {
  reply = (_, asked) => (asked === 3 ? { steps: [{ wait: 30_000 }] } : text("4"));
  const cwd = folder("  voted: { SERVER, model: mini, workflow: { vote: { samples: 4 } } }");
  const { child, ended } = start(cwd, ["run", "suite.yaml"]);
  while (calls().length < 3) await new Promise((resolve) => setTimeout(resolve, 10));
  child.kill("SIGKILL");
  await ended;
  reply = () => text("4");
  const resumed = await evals(cwd, "resume", "latest");
  expect(resumed.code).toBe(0);
  // Two before the kill, the one that it cut off, and two more: no step that was answered is asked again.
  expect(calls()).toHaveLength(5);
  expect(records(cwd, "scores")).toMatchObject([{ calls: 4, cached: true, latencyMs: null, score: 1 }]);
});

const FLOW = `export default async ({ prompt, ask }) => {
  const draft = await ask({ step: "draft" });
  const facts = await ask({ step: "facts", model: "full", messages: "Facts: " + prompt[0].content });
  return (await ask({ step: "final", messages: draft.text + " / " + facts.text })).text;
};
`;

test("a workflow of the user's own is resumed after its last answered step, and its steps cost what their models do", async () => {
  reply = (_, asked) => (asked === 3 ? { steps: [{ wait: 30_000 }] } : text("4"));
  const limits = "max_tokens: 10";
  const cwd = folder(`  mini: { SERVER, model: mini, ${limits}, price: { input: 1, output: 1 } }
  full: { SERVER, model: full, ${limits}, price: { input: 100, output: 100 } }
  own: { model_of: mini, workflow: { module: { path: flow.mjs, calls: 3, models: [full] } } }`);
  writeFileSync(join(cwd, "flow.mjs"), FLOW);
  const { child, ended } = start(cwd, [
    "run",
    "suite.yaml",
    "--filter",
    "model=own",
    "--budget-usd",
    "20",
    "--budget-calls",
    "9",
  ]);
  while (calls().length < 3) await new Promise((resolve) => setTimeout(resolve, 10));
  child.kill("SIGKILL");
  await ended;
  reply = () => text("4");
  expect((await evals(cwd, "resume", "latest")).code).toBe(0);
  expect(calls()).toHaveLength(4);
  const [scored] = records(cwd, "scores");
  expect(scored).toMatchObject({ target: "own", calls: 3, score: 1 });
  expect(scored.costUsd).toBeCloseTo(18e-6 + 900e-6, 12);
  const [sample] = records(cwd, "samples");
  expect(sample.outcome.answer.steps).toMatchObject([
    { name: "draft", cached: true },
    { name: "facts", model: "full", messages: [{ role: "user", content: "Facts: 2+2" }], cached: true },
    { name: "final", messages: [{ role: "user", content: "4 / 4" }], cached: false },
  ]);
});

test("a workflow whose file is not there is refused with nothing sent", async () => {
  const cwd = folder("  own: { SERVER, model: mini, workflow: { module: { path: gone.mjs } } }");
  const { code, stderr } = await evals(cwd, "run", "suite.yaml");
  expect(code).toBe(4);
  expect(stderr).toContain("There is no module gone.mjs");
  expect(calls()).toHaveLength(0);
});

test("a target's samples are its own, even where the model is asked the same without the workflow", async () => {
  reply = () => text("4");
  const cwd = folder(
    "  mini: { SERVER, model: mini }\n  voted: { model_of: mini, workflow: { vote: { samples: 2 } } }",
  );
  expect((await evals(cwd, "run", "suite.yaml")).code).toBe(0);
  expect(calls()).toHaveLength(3);
  expect(records(cwd, "scores").map(({ cached }) => cached)).toEqual([false, false]);
});

test("each step of a fallback costs what its own model costs", async () => {
  reply = (prompt) => text(prompt.includes('"model":"mini"') ? "perhaps four" : "4");
  const cwd = folder(`  mini: { SERVER, model: mini, price: { input: 1, output: 1 } }
  full: { SERVER, model: full, price: { input: 100, output: 100 } }
  routed: { model_of: mini, workflow: { fallback: { to: full, one_of: ["4"] } } }`);
  const { code } = await evals(cwd, "run", "suite.yaml", "--filter", "model=routed");
  expect(code).toBe(0);
  const [scored] = records(cwd, "scores");
  expect(scored).toMatchObject({ target: "routed", calls: 2, score: 1 });
  expect(scored.costUsd).toBeCloseTo(9e-6 + 900e-6, 12);
});

const THREE = ["a", "b", "c"].map((id) => ({ id, q: `2+2 (${id})`, expected: "4" }));

test("a budget of calls counts every step, stops before a sample that could go over it, and can be resumed", async () => {
  reply = () => text("4");
  const cwd = folder("  voted: { SERVER, model: mini, workflow: { vote: { samples: 3 } } }", THREE);
  const { code, stderr } = await evals(cwd, "run", "suite.yaml", "--budget-calls", "8");
  expect(code).toBe(3);
  expect(stderr).toContain("6 of 8 calls spent");
  expect(calls()).toHaveLength(6);
  expect((await evals(cwd, "resume", "latest", "--budget-calls", "9")).code).toBe(0);
  expect(calls()).toHaveLength(9);
});

test("a budget of money is spent by every step at its own model's price", async () => {
  reply = (prompt) => text(prompt.includes('"model":"mini"') ? "perhaps four" : "4");
  const limits = "max_tokens: 10";
  const models = `  mini: { SERVER, model: mini, ${limits}, price: { input: 1, output: 1 } }
  full: { SERVER, model: full, ${limits}, price: { input: 100, output: 100 } }
  routed: { model_of: mini, workflow: { fallback: { to: full, one_of: ["4"] } } }`;
  const cwd = folder(models, THREE);
  const args = ["run", "suite.yaml", "--filter", "model=routed", "--json", "--budget-usd"];
  expect((await evals(cwd, ...args, "0.1")).code).toBe(3);
  expect(calls()).toHaveLength(0);
  expect((await evals(cwd, ...args, "5")).code).toBe(0);
  expect(spending(cwd)).toMatchObject({ calls: 6, usd: expect.closeTo(3 * 909e-6, 10) });
});

test("a budget of money needs the price of every model that a workflow asks", async () => {
  const models = `  mini: { SERVER, model: mini, max_tokens: 10, price: { input: 1, output: 1 } }
  full: { SERVER, model: full, max_tokens: 10 }
  routed: { model_of: mini, workflow: { fallback: { to: full } } }`;
  const args = ["run", "suite.yaml", "--filter", "model=routed", "--budget-usd", "5"];
  const { code, stderr } = await evals(folder(models), ...args);
  expect(code).toBe(2);
  expect(stderr).toContain('the price of "full" is unknown');
});

test("a model's tools are answered by the suite, over the wire, until it answers itself", async () => {
  const call = { index: 0, function: { name: "weather", arguments: '{"city":"Oslo"}' } };
  reply = (_, asked) =>
    asked === 1
      ? { steps: [chunk({ tool_calls: [call] }), chunk({}, "tool_calls"), usage, done] }
      : text("4");
  const cwd = folder(
    `  agent:
    SERVER
    model: mini
    tools: [{ name: weather, parameters: { type: object } }]
    workflow: { tools: { results: { weather: [{ return: "{{ expected }} degrees" }] } } }`.replace(
      "SERVER",
      `backend: openai\n    base_url: "${server.url}/v1"`,
    ),
  );
  expect((await evals(cwd, "run", "suite.yaml")).code).toBe(0);
  expect(JSON.stringify(calls()[1]?.body)).toContain('"content":"4 degrees"');
  const [{ outcome }] = records(cwd, "samples");
  expect(outcome.answer.toolCalls).toEqual([{ name: "weather", arguments: { city: "Oslo" } }]);
  expect(outcome.answer.steps[1].messages[1].called).toMatchObject([
    { name: "weather", result: "4 degrees" },
  ]);
});

test("compare shows the steps behind a case that flipped", async () => {
  reply = (prompt) => text(prompt.includes('"temperature":0.7') ? "five" : "4");
  const voted = "voted: { model_of: mini, temperature: 0.7, workflow: { vote: { samples: 2 } } }";
  const cwd = folder(`  mini: { SERVER, model: mini }\n  ${voted}`);
  await evals(cwd, "run", "suite.yaml");
  const { stdout } = await evals(cwd, "compare", "latest", "--baseline", "mini", "--cases", "1");
  expect(stdout).toContain('sample 1 (mini): "five"');
  expect(stdout).toContain('sample 2 (mini): "five"');
});

test("a dry run counts the calls of every step", async () => {
  const cwd = folder(
    "  mini: { SERVER, model: mini }\n  voted: { model_of: mini, workflow: { vote: { samples: 5 } } }",
  );
  const { stdout } = await evals(cwd, "run", "suite.yaml", "--dry-run");
  expect(stdout).toContain("at most 6 calls would be made");
  expect(calls()).toHaveLength(0);
});

test.each([
  ["{ model_of: mni }", 'there is no model "mni"', 'did you mean "mini"?'],
  ["{ model_of: mini, workflow: { vot: {} } }", 'unknown key "vot" in the workflow of model "x"', "vote"],
  ["{ model_of: mini, workflow: { vote: { sample: 3 } } }", 'unknown key "sample"', '"samples"?'],
  ["{ model_of: mini, workflow: {} }", "a target has one workflow", "vote: { samples: 5 }"],
  ["{ model_of: voted }", '"voted" is itself made of another model', "no workflow"],
  ["{ model_of: mini, temperature: 0, workflow: { vote: {} } }", "samples that differ", "temperature of 0"],
  ["{ model_of: mini, workflow: { fallback: { to: ful } } }", 'there is no model "ful"', "Models:"],
  [
    "{ model_of: mini, workflow: { fallback: { to: voted } } }",
    '"voted" has a workflow of its own',
    "asks models",
  ],
  [
    "{ model_of: mini, workflow: { chain: { prompts: [a, '{{ qq }}'] } } }",
    "reads {{ qq }}",
    "Fields in cases.jsonl",
  ],
  [
    "{ model_of: mini, workflow: { chain: { prompts: ['{{ workflow.previous }}', b] } } }",
    "first prompt",
    "",
  ],
  [
    "{ model_of: mini, workflow: { tools: { results: { find: [{ return: 1 }] } } } }",
    'no tool "find" is declared',
    "Declare it",
  ],
  [
    "{ model_of: mini, tools: [{ name: find, parameters: {} }], workflow: { tools: { results: {} } } }",
    'the tool "find" has no results',
    "return",
  ],
  ["{ model: mini }", 'model "x" needs "backend"', "model_of"],
  ["{ backend: opnai, model: mini }", 'there is no backend "opnai"', 'did you mean "openai"?'],
])("the target %s is a fault with its place", async (target, message, hint) => {
  const voted = "  voted: { model_of: mini, workflow: { vote: {} } }";
  const cwd = folder(`  mini: { SERVER, model: mini }\n${voted}\n  x: ${target}`);
  const { code, stderr } = await evals(cwd, "validate", "suite.yaml");
  expect(code).toBe(2);
  expect(stderr).toContain(message);
  expect(stderr).toContain(hint);
  expect(stderr).toContain("suite.yaml:5:");
});
