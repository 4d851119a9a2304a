import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { folder, manifest, records } from "./judging.ts";
import { start } from "./start.ts";

const TIME = { timeout: 60_000 };
const evals = (cwd: string, ...args: readonly string[]) => start(cwd, args).ended;
const rows = Array.from({ length: 300 }, (_, at) => ({
  id: String(at),
  q: `question ${at}`,
  expected: `answer ${at}`,
}));

function suite(judge: string, scorer: string, stop: string, next: number): string {
  return `name: judged
models:
  old: { backend: simulated, model: old, accuracy: 0.9 }
  new: { backend: simulated, model: new, accuracy: ${next} }
judges:
  one: ${judge}
settings: { concurrency: 4 }
tasks:
  t: { dataset: cases.jsonl, prompt: "{{ q }}", scorers: [${scorer}] }
gate: { baseline: old, stop: ${stop}, require: [{ metric: score, margin: 0.05 }] }
`;
}

const SIMULATED = "{ backend: simulated, model: j, accuracy: 1 }";
const RUBRIC = "judge: { model: one, rubric: Right. }";
const PAIRWISE = "pairwise: { model: one }";

test("a judge's scores decide a run early, and it judges little beyond the decision", TIME, async () => {
  const cwd = folder(suite(SIMULATED, RUBRIC, "auto", 0.6), rows);
  const { code, stdout } = await evals(cwd, "run", "suite.yaml", "--gate");
  expect(code).toBe(1);
  const { cases } = manifest(cwd).early.decided;
  expect(stdout.replace(/\s+/g, " ")).toContain(`decided after ${cases} of 300 cases`);
  expect(cases).toBeLessThan(150);
  expect(records(cwd, "scores")).toHaveLength(2 * cases);
  expect(records(cwd, "samples").length).toBeLessThan(2 * cases + 20);
});

test("a judge that fails its canaries decides nothing, however early its scores would", TIME, async () => {
  const cwd = folder(suite("{ backend: module, model: j, path: judge.mjs }", RUBRIC, "early", 0.9), rows);
  writeFileSync(
    join(cwd, "judge.mjs"),
    `export default ({ judging: { mark, form } }) =>
  JSON.stringify({ id: mark, reasons: "fine", score: form.scale });
`,
  );
  const { code, stdout } = await evals(cwd, "run", "suite.yaml", "--gate");
  expect(code, stdout).toBe(3);
  expect(manifest(cwd).verdicts).toEqual([{ candidate: "new", verdict: "inconclusive" }]);
  expect(stdout.replace(/\s+/g, " ")).toContain("the judge one failed");
  expect(manifest(cwd).early.decided.cases).toBeLessThan(300);
  expect((await evals(cwd, "gate", "latest")).code).toBe(3);
});

test(
  "what is judged beside the baseline's answers cannot stop early: told to, it is refused",
  TIME,
  async () => {
    const cwd = folder(suite(SIMULATED, PAIRWISE, "auto", 0.6), rows);
    const refused = await evals(cwd, "run", "suite.yaml", "--stop", "early");
    expect(refused.code).toBe(2);
    expect(refused.stderr).toContain("cannot stop early");
    expect((await evals(cwd, "run", "suite.yaml")).code).toBe(0);
    expect(manifest(cwd).early).toMatchObject({ stop: "auto", isOn: false });
    expect(records(cwd, "samples")).toHaveLength(600);
  },
);
