import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { folder, manifest, records, runFolder } from "./judging.ts";
import { start } from "./start.ts";

const evals = (cwd: string, ...args: readonly string[]) => start(cwd, args).ended;
const rows = Array.from({ length: 200 }, (_, at) => ({
  id: String(at),
  q: `question ${at}`,
  expected: `answer ${at}`,
}));

function suite(judge: string, scorer: string): string {
  return `name: judged
models:
  old: { backend: simulated, model: old, accuracy: 0.8 }
  new: { backend: simulated, model: new, accuracy: 0.6 }
judges:
  one: ${judge}
tasks:
  t: { dataset: cases.jsonl, prompt: "{{ q }}", scorers: [${scorer}] }
gate: { baseline: old, require: [{ metric: score, margin: 0.05 }] }
`;
}
const RUBRIC = "judge: { model: one, rubric: Right. }";
const mean = (cwd: string, model: string) => {
  const scores = records(cwd, "scores").filter(({ target }) => target === model);
  return scores.reduce((sum, { score }) => sum + score, 0) / scores.length;
};

describe("a simulated judge", () => {
  test.each([RUBRIC, 'judge: { model: one, questions: ["Is it right?"] }', "pairwise: { model: one }"])(
    "sees through its canaries and scores by %s",
    async (scorer) => {
      const cwd = folder(suite("{ backend: simulated, model: j, accuracy: 1 }", scorer), rows);
      const { code, stderr } = await evals(cwd, "run", "suite.yaml", "--gate");
      expect(stderr).toContain("it saw through all 8 canaries");
      expect(code).toBe(1);
      expect(mean(cwd, "old")).toBeCloseTo(scorer.startsWith("pair") ? 0.5 : 0.8, 1);
      expect(mean(cwd, "new")).toBeCloseTo(scorer.startsWith("pair") ? 0.4 : 0.6, 1);
    },
  );
  test("makes a verdict that says so", async () => {
    const cwd = folder(
      suite("{ backend: simulated, model: j, accuracy: 1 }", RUBRIC)
        .replaceAll("backend: simulated, model: old", "backend: module, path: model.mjs, model: old")
        .replaceAll("backend: simulated, model: new", "backend: module, path: model.mjs, model: new")
        .replaceAll(/, accuracy: 0\.\d/g, ""),
      rows,
    );
    writeFileSync(join(cwd, "model.mjs"), "export default ({ case: { fields } }) => fields.expected;\n");
    const { code, stdout } = await evals(cwd, "run", "suite.yaml", "--gate");
    expect(code).toBe(0);
    expect(stdout).toContain("SAFE (simulated)");
  });
  test("errs as often as it is told to", async () => {
    const cwd = folder(suite("{ backend: simulated, model: j, accuracy: 0.7 }", RUBRIC), rows);
    await evals(cwd, "run", "suite.yaml");
    // 0.8 · 0.7 + 0.2 · 0.3, within three standard errors of 200 draws.
    expect(Math.abs(mean(cwd, "old") - 0.62)).toBeLessThan(0.1);
    expect(manifest(cwd).judges[0]).toMatchObject({ simulated: true });
  });
});

test("recorded verdicts judge as the judge did, with the canaries that it saw", async () => {
  const cwd = folder(
    suite("{ backend: simulated, model: j, accuracy: 0.7 }", "pairwise: { model: one }"),
    rows.slice(0, 60),
  );
  await evals(cwd, "run", "suite.yaml");
  const before = records(cwd, "scores");
  const recorded = join(runFolder(cwd), "judgements.jsonl");
  writeFileSync(
    join(cwd, "suite.yaml"),
    suite(`{ backend: replay, model: j, from: "${recorded}" }`, "pairwise: { model: one }"),
  );
  const { stderr } = await evals(cwd, "run", "suite.yaml");
  expect(stderr).toContain("it saw through all 8 canaries");
  const scores = (list: readonly { score: number; caseId: string; target: string }[]) =>
    list.map(({ caseId, target, score }) => `${caseId} ${target} ${score}`).sort();
  expect(scores(records(cwd, "scores"))).toEqual(scores(before));
  expect(manifest(cwd).judges[0]).toMatchObject({ backend: "replay", failed: 0 });
});

test("a question without a recorded verdict leaves the answer unscored, and the canaries undecided", async () => {
  const cwd = folder(suite("{ backend: replay, model: j, from: none.jsonl }", RUBRIC), rows.slice(0, 3));
  writeFileSync(join(cwd, "none.jsonl"), '{"id": "verdict-000000000000", "output": "{}"}\n');
  const { code, stderr } = await evals(cwd, "run", "suite.yaml", "--gate");
  expect(code).toBe(3);
  expect(stderr).toContain("gave no verdict on 8 of 8");
  expect(records(cwd, "scores").every(({ score }) => score === null)).toBe(true);
});

test("a function of the user's judges by what is asked of it", async () => {
  const cwd = folder(suite("{ backend: module, model: j, path: judge.mjs }", RUBRIC), rows.slice(0, 20));
  writeFileSync(
    join(cwd, "judge.mjs"),
    `export default ({ judging: { mark, form, answers }, case: { fields } }) =>
  JSON.stringify({ id: mark, reasons: "compared", score: answers[0] === fields.expected ? form.scale : 1 });
`,
  );
  const { stderr } = await evals(cwd, "run", "suite.yaml");
  expect(stderr).toContain("it saw through all 8 canaries");
  expect(new Set(records(cwd, "scores").map(({ score }) => score))).toEqual(new Set([0, 1]));
});

describe("a plan", () => {
  const flat = (value: string) => value.replaceAll(/\s+/g, " ");
  test("says what judges are asked on top of the models, and what it costs by an earlier run", async () => {
    const judge = "{ backend: simulated, model: j, price: { input: 1, output: 1 } }";
    const cwd = folder(suite(judge, RUBRIC), rows.slice(0, 50));
    const before = await evals(cwd, "plan", "suite.yaml");
    // 100 answers and 8 canaries.
    expect(flat(before.stdout)).toContain(
      "the judge one: at most 108 calls on top, at a cost that is not known yet",
    );
    await evals(cwd, "run", "suite.yaml");
    const after = await evals(cwd, "plan", "suite.yaml");
    expect(flat(after.stdout)).toMatch(/the judge one: at most 108 calls on top, about \$0\.0\d+/);
  });
  test("counts both orders of a pair, and a budget that only the judges go over", async () => {
    const cwd = folder(
      suite("{ backend: simulated, model: j }", "pairwise: { model: one }"),
      rows.slice(0, 50),
    );
    const { stdout } = await evals(cwd, "plan", "suite.yaml", "--budget-calls", "150");
    expect(flat(stdout)).toContain("the judge one: at most 116 calls on top");
    expect(flat(stdout)).toContain("budget of 150 calls: may stop the run early");
    const enough = await evals(cwd, "plan", "suite.yaml", "--budget-calls", "216");
    expect(flat(enough.stdout)).toContain("budget of 216 calls: enough");
  });
});
