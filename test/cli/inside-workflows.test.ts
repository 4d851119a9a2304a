import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { chunk, done, usage } from "../servers/openai.ts";
import { type Script, startWireServer } from "../servers/wire.ts";
import { start } from "./start.ts";

const catalogue = '{"object":"list","data":[{"id":"mini"},{"id":"full"}]}';
const CATALOGUE: Script = { headers: { "content-type": "application/json" }, steps: [{ send: catalogue }] };

let server: Awaited<ReturnType<typeof startWireServer>>;
let cwd = "";
let ranScreen = "";

const PRICES = { mini: "price: { input: 1, output: 1 }", full: "price: { input: 100, output: 100 }" };

/** A draft is wrong on `a` and right on `b`; a critique mends `a` and breaks `b`. The dear model is always right. */
function said(body: string): string {
  if (body.includes('"model":"full"')) return "4";
  const isFirst = body.includes("case a");
  if (body.includes("Mend these faults")) return isFirst ? "4" : "five";
  if (body.includes("Shorten")) return "4";
  if (body.includes("Check your answer")) return "It is wrong.";
  return isFirst ? "three" : "4";
}

/** With tools in hand, the model looks `a` up before it answers, and calls for what nobody knows on `b`. */
function answerTo(body: string): Script["steps"] {
  const isLookedUp = body.includes('"role":"tool"');
  if (!body.includes('"tools":[') || (isLookedUp && body.includes("case a")))
    return [chunk({ content: isLookedUp ? "4" : said(body) }), chunk({}, "stop"), usage, done];
  const a = body.includes("case a") ? 2 : 3;
  const call = { index: 0, id: "1", type: "function", function: { name: "add", arguments: `{"a":${a}}` } };
  return [chunk({ tool_calls: [call] }), chunk({}, "tool_calls"), usage, done];
}

beforeAll(async () => {
  server = await startWireServer((request) =>
    request.method === "GET" ? CATALOGUE : { steps: answerTo(JSON.stringify(request.body)) },
  );
  cwd = mkdtempSync(join(tmpdir(), "evals-inside-"));
  const cases = ["a", "b"].map((id) => ({ id, q: `2+2 (case ${id})`, expected: "4" }));
  writeFileSync(join(cwd, "cases.jsonl"), cases.map((item) => `${JSON.stringify(item)}\n`).join(""));
  const base = `backend: openai, base_url: "${server.url}/v1"`;
  const suite = `name: flows
models:
  full: { ${base}, model: full, ${PRICES.full} }
  mini: { ${base}, model: mini, ${PRICES.mini} }
  reflected: { model_of: mini, workflow: { reflect: {} } }
  chained: { model_of: mini, workflow: { chain: { prompts: ["{{ q }}", "Shorten {{ workflow.previous }}: {{ q }}"] } } }
  equipped:
    model_of: mini
    tools: [{ name: add, parameters: { type: object } }]
    workflow: { tools: { steps: 3, results: { add: [{ when: { a: 2 }, return: 4 }] } } }
  routed: { model_of: mini, workflow: { fallback: { to: full, one_of: ["4"] } } }
tasks:
  t: { dataset: cases.jsonl, prompt: "{{ q }}", scorers: [exact] }
`;
  writeFileSync(join(cwd, "suite.yaml"), suite);
  const ran = await evals("run", "suite.yaml");
  expect(ran.code).toBe(0);
  ranScreen = ran.stdout;
}, 60_000);
afterAll(() => server.close());

const evals = (...args: readonly string[]) => start(cwd, args).ended;

test("run itself says what each workflow gains beside its model, and at what price", () => {
  expect(ranScreen.replaceAll(/\s+/g, " ")).toContain("chained (chain) beside mini alone: +50.0 points");
});

test("compare tells what a critique fixed and what it broke, without a call", async () => {
  const before = server.received.length;
  const { stdout } = await evals("compare", "latest", "--baseline", "full", "--candidate", "reflected");
  expect(stdout).toContain("inside reflected (reflect): 50.0 %, its first draft alone 50.0 %");
  expect(stdout).toContain("of 2 first drafts 1 are fully right, 1 are not: repaired 1, broke 1");
  expect(stdout).toContain("draft to revision 1 (2): repaired 1, broke 1");
  expect(server.received).toHaveLength(before);
});

test("compare tells how often the cheap model sufficed, and its document has the same", async () => {
  const flags = ["--baseline", "full", "--candidate", "routed"];
  const { stdout } = await evals("compare", "latest", ...flags);
  expect(stdout).toContain("the first model sufficed for 1 of 2 (50.0 %), which score 100.0 %");
  expect(stdout).toContain("1 routed on: 100.0 %, the first model's own answers 0.0 %");
  const document = JSON.parse((await evals("compare", "latest", ...flags, "--json")).stdout);
  expect(document.comparisons[0].steps).toMatchObject([
    { target: "routed", routing: { kept: 1, routed: 1 } },
  ]);
});

test("chain and tools are told beside the model alone and the dear one, with cost and where they ended", async () => {
  const said = async (candidate: string) => {
    const flags = ["--baseline", "full", "--candidate", candidate, "--margin", "0.9"];
    return (await evals("compare", "latest", ...flags)).stdout.replaceAll(/\s+/g, " ");
  };
  const chained = await said("chained");
  expect(chained).toContain(
    "inside chained (chain), made of mini how 2 answers ended: all 2 prompts 2 (score 100.0 %) " +
      "beside mini alone: 100.0 % instead of 50.0 %, +50.0 points",
  );
  expect(chained).toContain("of 2 cases repaired 1, broke 0; cost 2.00x [2.00x, 2.00x], latency");
  expect(chained).toContain("better on 0, worse on 0; cost 0.0200x [0.0200x, 0.0200x]");
  expect(chained).toContain(
    "would it do in the place of full? yes, its score is within the margin of 90.0 points, " +
      "and it is cheaper: 0.0200x the cost (each task by itself)",
  );
  const equipped = await said("equipped");
  expect(equipped).toContain(
    "how 2 answers ended: 2 turns 1 (score 100.0 %); step limit of 3, a call without a result 1 (score 0.0 %)",
  );
  expect(equipped).toContain("of 2 cases repaired 1, broke 1; cost 2.50x");
});

test("the trajectory of a case that flipped has what each step asked, said and took", async () => {
  const flags = ["--baseline", "full", "--candidate", "reflected", "--cases", "1"];
  const { stdout } = await evals("compare", "latest", ...flags);
  const flat = stdout.replaceAll(/\s+/g, " ");
  expect(flat).toContain('critique 1 asks: "Check your answer against the task');
  expect(flat).toMatch(/critique 1 \(mini\): "It is wrong\." \(\d+ ms, 7 tokens in, 2 out\)/);
  const document = JSON.parse((await evals("compare", "latest", ...flags, "--json")).stdout);
  expect(document.comparisons[0].flippedAnswers[0].candidateAnswer.steps[1]).toMatchObject({
    name: "critique 1",
    messages: [{ role: "user" }, { role: "assistant", content: "4" }, { role: "user" }],
    usage: { inputTokens: 7, outputTokens: 2 },
    cached: false,
  });
});

test("every report of the run has what is inside its workflows", async () => {
  const formats = ["terminal", "markdown", "json", "html"].flatMap((name) => ["--format", name]);
  await evals("report", "latest", ...formats, "--output", "reports");
  const read = (file: string) => readFileSync(join(cwd, "reports", file), "utf8").replaceAll(/\s+/g, " ");
  for (const file of ["terminal.txt", "markdown.md", "html.html"])
    expect(read(file).replaceAll("\\", "")).toContain("repaired 1, broke 1");
  for (const file of ["terminal.txt", "markdown.md", "html.html"])
    expect(read(file).replaceAll("\\", "")).toContain("step limit of 3, a call without a result 1");
  const { steps, workflows } = JSON.parse(readFileSync(join(cwd, "reports/json.json"), "utf8"));
  expect(steps).toMatchObject([
    { target: "reflected", drafts: "revised" },
    { target: "routed", drafts: "routed" },
  ]);
  expect(workflows).toMatchObject([
    { target: "reflected", of: "mini", alone: { model: "mini", repaired: 1, broken: 1 } },
    { target: "chained", others: [{ model: "full" }] },
    {
      target: "equipped",
      endings: [{ name: "2 turns" }, { name: "step limit of 3, a call without a result" }],
    },
    { target: "routed", workflow: "fallback" },
  ]);
});

test("scores that are made again from the journal have the drafts' too", async () => {
  const before = await evals("report", "latest", "--format", "json");
  const { run } = JSON.parse(before.stdout);
  writeFileSync(join(cwd, "results/flows", run, "scores.jsonl"), "");
  const after = await evals("report", "latest", "--format", "json");
  expect(JSON.parse(after.stdout).steps).toEqual(JSON.parse(before.stdout).steps);
});
