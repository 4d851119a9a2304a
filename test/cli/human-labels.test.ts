import { readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { folder, judgingServer, type Shown, text, verdict } from "./judging.ts";
import { start } from "./start.ts";

const CASES = 300;
const SHEET = 80;

let server: Awaited<ReturnType<typeof judgingServer>>;
beforeAll(async () => {
  server = await judgingServer();
});
afterAll(() => server.close());

const evals = (cwd: string, ...args: readonly string[]) => start(cwd, args).ended;
const flat = (value: string) => value.replaceAll(/\s+/g, " ");
const rows = Array.from({ length: CASES }, (_, at) => ({ id: String(at), q: `question ${at}` }));
const numberOf = (words: string) => Number(/question (\d+)/.exec(words)?.[1]);

/** The truth: old is right on 7 of 10 cases, new on 5. */
function isRight(model: string, at: number): boolean {
  return (at * 7) % 10 < (model === "old" ? 7 : 5);
}

/** Knows the truth about old, and likes whatever new says. */
function biased(shown: Shown) {
  const answer = String(shown.data.answer);
  const isGood = shown.isCanary ? answer === "Paris." : answer.startsWith("new") || answer.endsWith("right");
  return verdict(shown, { answers: [isGood ? "yes" : "no"] });
}

/** Knows the truth. */
function sound(shown: Shown) {
  const answer = String(shown.data.answer);
  return verdict(shown, {
    answers: [(shown.isCanary ? answer === "Paris." : answer.endsWith("right")) ? "yes" : "no"],
  });
}

beforeEach(() => {
  server.forget();
  server.behaviour.answer = (model, prompt) =>
    text(`${model} on ${prompt}: ${isRight(model, numberOf(prompt)) ? "right" : "wrong"}`);
});

function suite(gate = ""): string {
  const model = (id: string) => `{ backend: openai, base_url: "${server.url}", model: ${id} }`;
  return `name: judged
models:
  old: ${model("old")}
  new: ${model("new")}
judges:
  one: ${model("judge-1")}
settings: { concurrency: 64 }
tasks:
  t: { dataset: cases.jsonl, prompt: "{{ q }}", scorers: [judge: { model: one, questions: ["Is it right?"] }] }
gate: { baseline: old, require: [{ metric: score, margin: 0.05 }]${gate} }
`;
}

/** Draws a sheet and has somebody fill it who knows the truth. */
async function labelled(cwd: string, count = SHEET): Promise<readonly Record<string, unknown>[]> {
  const { stdout, code, stderr } = await evals(cwd, "calibrate", "latest", "--draw", String(count));
  expect(code, stderr).toBe(0);
  const lines = stdout
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));
  const filled = lines.map((line) => ({ ...line, score: String(line.answer).endsWith("right") ? 1 : 0 }));
  write(cwd, filled);
  return filled;
}

function write(cwd: string, lines: readonly object[]): void {
  writeFileSync(join(cwd, "labels.jsonl"), lines.map((line) => `${JSON.stringify(line)}\n`).join(""));
}

describe("a judge that likes the candidate whatever it says", () => {
  let cwd: string;
  beforeAll(async () => {
    server.behaviour.judge = biased;
    server.behaviour.answer = (model, prompt) =>
      text(`${model} on ${prompt}: ${isRight(model, numberOf(prompt)) ? "right" : "wrong"}`);
    cwd = folder(suite(), rows);
    const { code } = await evals(cwd, "run", "suite.yaml", "--gate");
    expect(code).toBe(0);
  });

  test("is found out by labels, and the comparison is as people would have it", async () => {
    await labelled(cwd);
    const { stdout, code, stderr } = await evals(cwd, "calibrate", "latest", "--labels", "labels.jsonl");
    expect(code, stderr).toBe(0);
    expect(stdout).toContain(`the judge one on t (judge): ${2 * SHEET} labels`);
    const { stdout: json } = await evals(cwd, "calibrate", "latest", "--labels", "labels.jsonl", "--json");
    const { calibrations, corrected } = JSON.parse(json);
    expect(calibrations[0].kappa.estimate).toBeLessThan(0.6);
    const { estimate } = corrected[0].difference;
    expect(estimate.judgeMean).toBeCloseTo(0.3, 1);
    expect(estimate.lower).toBeLessThan(-0.2);
    expect(estimate.upper).toBeGreaterThan(-0.2);
    expect(estimate.upper).toBeLessThan(0);
    const [old, candidate] = corrected[0].rates;
    expect(old).toMatchObject({ target: "old", judged: expect.closeTo(0.7, 1) });
    expect(old.corrected.estimate).toBeCloseTo(0.7, 1);
    // A judge that always says yes tells nothing about this model.
    expect(candidate).toMatchObject({ target: "new", judged: 1, corrected: null });
    expect(flat(stdout)).toContain(
      "new: the judge says yes to 100.0 %, and is hardly better than chance at it",
    );
  });

  test("makes nobody safe once the gate has labels", async () => {
    await labelled(cwd);
    const { code, stdout } = await evals(cwd, "gate", "latest", "--labels", "labels.jsonl");
    expect(code, stdout).toBe(1);
    expect(flat(stdout)).toMatch(
      /people would find new -\d\d\.\d points from old .* the judge alone says \+30\.0/,
    );
    expect((await evals(cwd, "gate", "latest")).code).toBe(0);
  });

  test("is not good enough for a gate that demands a kappa", async () => {
    await labelled(cwd);
    writeFileSync(join(cwd, "policy.yaml"), suite(", judge_kappa: 0.6"));
    const with_ = await evals(cwd, "gate", "latest", "--policy", "policy.yaml", "--labels", "labels.jsonl");
    expect(with_.code).toBe(3);
    expect(flat(with_.stdout)).toMatch(
      /the gate demands a kappa of 0\.6 of the judge one, and by 160 labels it is 0\.\d\d/,
    );
    const without = await evals(cwd, "gate", "latest", "--policy", "policy.yaml");
    expect(without.code).toBe(3);
    expect(flat(without.stdout)).toContain(
      "the gate demands a kappa of 0.6 of the judge one, and no label tells it",
    );
  });

  test("is asked about answers without their models' names, and a larger draw holds the smaller", async () => {
    const small = await labelled(cwd, 10);
    const large = await labelled(cwd, 30);
    expect(small).toHaveLength(20);
    expect(small.every((line) => !("target" in line) && !("model" in line))).toBe(true);
    const keys = new Set(large.map(({ label }) => label));
    expect(small.every(({ label }) => keys.has(label))).toBe(true);
    expect(small[0]).toMatchObject({ scale: "0 to 1 (how many are answered yes)", criteria: "Is it right?" });
  });

  test.each([
    ["that leaves an answer out", (lines: readonly object[]) => lines.slice(1), "has no label for an answer"],
    [
      "with a line that is not scored",
      (lines: readonly object[]) => lines.map((line, at) => (at === 3 ? { ...line, score: null } : line)),
      "labels.jsonl:4: it has no score",
    ],
    [
      "with a score off the scale",
      (lines: readonly object[]) => lines.map((line, at) => (at === 3 ? { ...line, score: 5 } : line)),
      "5 is not on the scale from 0 to 1",
    ],
    [
      "of another answer",
      (lines: readonly object[]) => [...lines, { ...lines[0], label: "0123456789abcdef" }],
      "this is no answer of this run",
    ],
  ])("cannot be calibrated by a sheet %s", async (_, change, message) => {
    write(cwd, change(await labelled(cwd, 20)));
    const { code, stderr } = await evals(cwd, "calibrate", "latest", "--labels", "labels.jsonl");
    expect(code).toBe(2);
    expect(stderr).toContain(message);
  });

  test("is not corrected by a handful of labels", async () => {
    await labelled(cwd, 10);
    const { code, stdout } = await evals(cwd, "gate", "latest", "--labels", "labels.jsonl");
    expect(code).toBe(3);
    expect(flat(stdout)).toContain("people have labelled both answers to 10 cases; a correction needs 20");
  });
});

test("a judge that agrees with people reaches the kappa, and the gate decides by labels and judge", async () => {
  server.behaviour.judge = sound;
  server.behaviour.answer = (model, prompt) =>
    text(`${model} on ${prompt}: ${isRight("old", numberOf(prompt)) ? "right" : "wrong"}`);
  const cwd = folder(suite(", judge_kappa: 0.6"), rows);
  const { code } = await evals(cwd, "run", "suite.yaml", "--gate");
  expect(code).toBe(3);
  await labelled(cwd, 150);
  const gate = await evals(cwd, "gate", "latest", "--labels", "labels.jsonl");
  expect(gate.code, gate.stdout).toBe(0);
  expect(gate.stdout).toContain("SAFE");
});

test("a run that could stop early is not labelled, and cases in clusters are corrected by no label: both say why", async () => {
  server.behaviour.judge = sound;
  const grouped = rows.map((row, at) => ({ ...row, doc: `d${at % 100}` }));
  const early = folder(suite().replace("gate: {", "gate: { stop: early,"), grouped);
  await evals(early, "run", "suite.yaml");
  const drawn = await evals(early, "calibrate", "latest", "--draw", "40");
  expect(drawn.code).toBe(2);
  expect(flat(drawn.stderr)).toContain("it ended by what the judge said");
  const clustered = folder(suite().replace("cases.jsonl,", "cases.jsonl, cluster: doc,"), grouped);
  await evals(clustered, "run", "suite.yaml");
  await labelled(clustered);
  const { stdout } = await evals(clustered, "calibrate", "latest", "--labels", "labels.jsonl");
  expect(flat(stdout)).toContain("cases of a cluster are alike");
  expect(stdout).not.toContain("people would");
  expect((await evals(clustered, "gate", "latest", "--labels", "labels.jsonl")).code).toBe(3);
});

test("pairs are labelled beside the baseline's answer", async () => {
  server.behaviour.judge = (shown) => {
    const { A, B } = Object(shown.data["answers"]);
    const good = (answer: string) => answer === "Paris." || (!shown.isCanary && answer.endsWith("right"));
    return verdict(shown, { better: good(A) === good(B) ? "tie" : good(A) ? "A" : "B" });
  };
  const text_ = suite().replace(
    'judge: { model: one, questions: ["Is it right?"] }',
    "pairwise: { model: one }",
  );
  const cwd = folder(text_, rows.slice(0, 100));
  await evals(cwd, "run", "suite.yaml");
  const { stdout } = await evals(cwd, "calibrate", "latest", "--draw", "40");
  const lines = stdout
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));
  expect(lines).toHaveLength(40);
  const word = (answer: string) => Number(answer.endsWith("right"));
  write(
    cwd,
    lines.map((line) => ({ ...line, score: word(line.answer) - word(line.baseline) })),
  );
  const found = await evals(cwd, "calibrate", "latest", "--labels", "labels.jsonl", "--json");
  const { calibrations, corrected } = JSON.parse(found.stdout);
  expect(calibrations[0]).toMatchObject({
    agreement: { estimate: 1 },
    position: { p: 1 },
    classes: ["-1", "0", "1"],
  });
  expect(corrected[0].difference.estimate.estimate).toBeCloseTo(-0.1, 1);
  expect(readdirSync(cwd)).toContain("labels.jsonl");
});
