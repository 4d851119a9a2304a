import { expect, test } from "vitest";
import { compare } from "../../src/comparison/compare.ts";
import { judge } from "../../src/comparison/gate.ts";
import { runTable } from "../../src/comparison/run-table.ts";
import { runScreen } from "../../src/reports/run-screen.ts";
import { aligned, policyOf, rightBut, ruleOf, samplesOf } from "../comparison/samples.ts";

async function screen(color = false): Promise<string> {
  const samples = samplesOf({ a: rightBut(5, 100), b: rightBut(40, 100) }).map((sample, at) => ({
    ...sample,
    ...(sample.target === "b" && at % 50 === 0 ? { outcome: "refused" as const, score: 0 } : {}),
    costUsd: sample.target === "a" ? 0.002 : null,
    slices: { language: at % 2 === 0 ? "de" : "en\u202e" },
  }));
  const alignment = await aligned(samples);
  return runScreen(
    {
      title: { suite: "triage", run: "r1", attempt: 3 },
      table: runTable(alignment.baseline.table, { confidence: 0.95, simulated: new Set(["b"]) }),
      comparisons: [
        compare(alignment, { confidence: 0.95, margin: 0.03, missing: "worst-case", attempt: 3 }),
      ],
      gate: judge([alignment], policyOf([ruleOf({ margin: 0.03 })])),
      steps: [],
      workflows: [],
      notJudged: undefined,
      unmeasured: 0,
    },
    { color },
  );
}

test("the screen of a run keeps to 80 columns and shows no control character", async () => {
  const text = await screen();
  for (const line of text.split("\n")) expect([...line].length).toBeLessThanOrEqual(80);
  expect(text).not.toContain("\u202e");
});

test("a model whose price is unknown shows no cost, and a simulated one says so", async () => {
  const row = (await screen()).split("\n").find((line) => line.startsWith("  b (sim)"));
  expect(row?.split(/ {2,}/)).toContain("?");
  expect(await screen()).toContain("b unknown. (sim): SIMULATED, answers are made up.");
});

test("refusals are counted under their model, a model that answered everything has no such line", async () => {
  const lines = (await screen()).split("\n");
  const after = (start: string) => lines[lines.findIndex((line) => line.startsWith(start)) + 1] ?? "";
  expect(after("  b (sim)")).toMatch(/^ {4}of 100: \d+ answered, [1-9]\d* refused/);
  expect(after("  a ")).toMatch(/^ {2}b/);
});

test("the verdict comes in words with the attempt, the cause and the slices that got worse", async () => {
  const text = await screen();
  expect(text).toContain("attempt 3 of this suite");
  expect(text).toMatch(/^UNSAFE/m);
  expect(text).toMatch(/^ {2}difference in points by cause: /m);
  expect(text).toMatch(/^ {2}slices that got worse: language=/m);
});

test("colour is on the verdict's word alone", async () => {
  expect(await screen(true)).toContain("\u001b[31mUNSAFE\u001b[0m");
  expect((await screen(true)).split("\u001b")).toHaveLength(3);
});
