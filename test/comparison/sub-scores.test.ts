import { expect, test } from "vitest";
import { caseTable } from "../../src/comparison/case-table.ts";
import { compare } from "../../src/comparison/compare.ts";
import { runTable } from "../../src/comparison/run-table.ts";
import type { LabelledScore, ScoredSample, ScorePart } from "../../src/domain/score.ts";
import { comparisonTables, runTables } from "../../src/reports/tables.ts";
import { seeded, shuffle } from "../../src/statistics/random.ts";
import { aligned, sampleOf } from "./samples.ts";

const settings = { confidence: 0.95, margin: undefined, missing: "worst-case", attempt: 1 } as const;
const runSettings = { confidence: 0.95, simulated: new Set<string>() };

function judged(
  label: string,
  score: number,
  parts: readonly ScorePart[] | undefined,
  weight = 1,
): LabelledScore {
  const own = { kind: "scored", score, fault: "none", reason: "r", ifFormatFixed: undefined } as const;
  return { label, weight, score: parts === undefined ? own : { ...own, parts } };
}

const part = (name: string, score: number | null) => ({ name, score, weight: 1 });

/** `content` has parts `city` and `zip`; `style` is of one piece and weighs half. */
function sample(
  target: string,
  at: number,
  [city, zip, style]: readonly [number, number | null, number],
): ScoredSample {
  const scores = [
    judged("content", city, [part("city", city), part("zip", zip)]),
    judged("style", style, undefined, 0.5),
  ];
  return sampleOf({ target, caseId: `c${String(at).padStart(3, "0")}`, score: city, scores });
}

const samples = Array.from({ length: 40 }, (_, at) => at).flatMap((at) => [
  sample("a", at, [1, at % 4 === 0 ? null : 1, 0.5]),
  sample("b", at, [at % 2, 1, 0.75]),
]);

test("a run has the mean of each scorer and of each part, the unjudged counted apart", async () => {
  const { subScores } = runTable(await caseTable(samples), runSettings);
  const facts = subScores.map(({ target, scorer, part: name, weight, cases, unscored, mean }) => [
    target,
    scorer,
    name,
    weight,
    cases,
    unscored,
    mean?.estimate,
  ]);
  expect(facts).toEqual([
    ["a", "content", undefined, 1, 40, 0, 1],
    ["a", "content", "city", 1, 40, 0, 1],
    ["a", "content", "zip", 1, 30, 10, 1],
    ["a", "style", undefined, 0.5, 40, 0, 0.5],
    ["b", "content", undefined, 1, 40, 0, 0.5],
    ["b", "content", "city", 1, 40, 0, 0.5],
    ["b", "content", "zip", 1, 40, 0, 1],
    ["b", "style", undefined, 0.5, 40, 0, 0.75],
  ]);
});

test("a comparison pairs each on the cases that both sides have it on", async () => {
  const { subScores } = compare(await aligned(samples), settings);
  const zip = subScores.find((one) => one.part === "zip");
  expect(zip).toMatchObject({ cases: 30, baselineMean: 1, candidateMean: 1 });
  const city = subScores.find((one) => one.part === "city");
  expect(city?.difference).toMatchObject({ method: "exact", difference: { estimate: -0.5 } });
  expect(city?.difference.difference.upper).toBeLessThan(0);
});

test("the only scorer of a task is no sub-score: it is the score", async () => {
  const alone = ["a", "b"].map((target) =>
    sampleOf({ target, caseId: "c1", scores: [judged("exact", 1, undefined)] }),
  );
  expect(compare(await aligned(alone), settings).subScores).toEqual([]);
  expect(runTable(await caseTable(alone), runSettings).subScores).toEqual([]);
});

test("an answer that says nothing counts 0 in parts that its scorer cannot name without one", async () => {
  const answered = sampleOf({ target: "a", caseId: "c1", scores: [judged("module", 1, [part("warm", 1)])] });
  const empty = sampleOf({
    target: "a",
    caseId: "c2",
    outcome: "empty",
    score: 0,
    scores: [judged("module", 0, undefined)],
  });
  for (const order of [
    [answered, empty],
    [empty, answered],
  ]) {
    const { subScores } = runTable(await caseTable(order), runSettings);
    expect(subScores.map((one) => [one.part, one.cases, one.mean?.estimate])).toEqual([["warm", 2, 0.5]]);
  }
});

test("a weight that differs from case to case is said to", async () => {
  const weighed = [1, 2].map((weight, at) =>
    sampleOf({
      target: "a",
      caseId: `c${at}`,
      scores: [judged("x", 1, undefined, weight), judged("y", 1, undefined)],
    }),
  );
  const { subScores } = runTable(await caseTable(weighed), runSettings);
  expect(subScores.map(({ scorer, weight }) => [scorer, weight])).toEqual([
    ["x", undefined],
    ["y", 1],
  ]);
});

test("the order in which samples came changes no byte", async () => {
  const texts = await Promise.all(
    [1, 2, 3].map(async (seed) => {
      const given = shuffle(samples, seeded(seed));
      const table = runTable(await caseTable(given), runSettings);
      return JSON.stringify([table.subScores, compare(await aligned(given), settings).subScores]);
    }),
  );
  expect(new Set(texts).size).toBe(1);
});

test("parts that are equal on both sides have no row, and those of one scorer do not repeat its name", async () => {
  const [table] = comparisonTables({
    ...compare(await aligned(samples), settings),
    subScores: compare(await aligned(samples), settings).subScores.filter(({ part }) => part !== undefined),
  }).filter(({ title }) => title.startsWith("Sub-scores"));
  expect(table?.title).toBe(
    "Sub-scores of content (40 cases); intervals not corrected for their number; 1 of 2 are equal and left out",
  );
  expect(table?.rows.map(([name]) => name)).toEqual(["city"]);
});

test("tables name scorers with their weights, and parts under their scorer", async () => {
  const table = comparisonTables(compare(await aligned(samples), settings)).find(({ title }) =>
    title.startsWith("Sub-scores"),
  );
  expect(table?.head).toEqual(["sub-score", "baseline", "candidate", "difference", "interval"]);
  expect(table?.rows.map(([name]) => name)).toEqual(["content", "content: city", "style (weight 0.5)"]);
  const run = runTables(runTable(await caseTable(samples), runSettings), { isCompared: true });
  expect(run.find(({ title }) => title.startsWith("Sub-scores"))?.rows).toHaveLength(8);
});
