import { expect, test } from "vitest";
import { caseTable } from "../../src/comparison/case-table.ts";
import { compare } from "../../src/comparison/compare.ts";
import { runTable } from "../../src/comparison/run-table.ts";
import type { LabelReading, ScoredSample } from "../../src/domain/score.ts";
import { comparisonTables, runTables } from "../../src/reports/tables.ts";
import { seeded, shuffle } from "../../src/statistics/random.ts";
import { aligned, sampleOf } from "./samples.ts";

const settings = { confidence: 0.95, margin: undefined, missing: "worst-case", attempt: 1 } as const;

/** A sample as a scorer of labels leaves it; `undefined` was not scored. */
function read(target: string, at: number, labels: LabelReading | undefined): ScoredSample {
  const score = labels === undefined ? null : Number(String(labels.expected) === String(labels.found));
  const judged = {
    kind: "scored",
    score: score ?? 0,
    fault: "none",
    reason: "",
    ifFormatFixed: undefined,
  } as const;
  const scores = labels === undefined ? [] : [{ label: "kind", weight: 1, score: { ...judged, labels } }];
  return sampleOf({ target, caseId: `c${at}`, score, scores });
}

function readings(target: string, list: readonly (readonly [expected: string, found: string])[]) {
  return list.map(([expected, found], at) =>
    read(target, at, { expected, found: found === "" ? [] : [found] }),
  );
}

const before = readings("a", [
  ["bug", "bug"],
  ["bug", "billing"],
  ["billing", "billing"],
  ["other", ""],
]);
const after = readings("b", [
  ["bug", "bug"],
  ["bug", "bug"],
  ["billing", "bug"],
  ["other", "other"],
]);

test("each side has its F1, its labels and its confusion matrix, refused and unreadable answers in a column", async () => {
  const { labels } = compare(await aligned([...before, ...after]), settings);
  expect(labels).toHaveLength(1);
  expect(labels[0]).toMatchObject({ task: "qa", scorer: "kind", cases: 4 });
  expect(labels[0]?.baseline.confusion).toEqual({
    labels: ["billing", "bug", "other"],
    counts: [
      [1, 0, 0],
      [1, 1, 0],
      [0, 0, 0],
    ],
    none: [0, 0, 1],
  });
  // By label 2/3, 2/3 and 0; then 0, 4/5 and 1.
  expect(labels[0]?.macroF1?.baseline.estimate).toBeCloseTo(4 / 9, 12);
  expect(labels[0]?.macroF1?.candidate.estimate).toBeCloseTo(9 / 15, 12);
  expect(labels[0]?.macroF1?.difference.estimate).toBeCloseTo(9 / 15 - 4 / 9, 12);
  expect(labels[0]?.microF1?.baseline.estimate).toBeCloseTo(4 / 7, 12);
});

test("a case that one side has no reading of is left out of both and counted", async () => {
  const failed = [...after.slice(0, 3), read("b", 3, undefined)];
  const [labels] = compare(await aligned([...before, ...failed]), settings).labels;
  expect(labels).toMatchObject({ cases: 3, baseline: { samples: 3, missing: 0 }, candidate: { missing: 1 } });
});

test("cases with several labels have precision and recall in place of a matrix", async () => {
  const several = (target: string, found: readonly string[]) =>
    read(target, 0, { expected: ["bug", "login"], found });
  const [labels] = compare(
    await aligned([several("a", ["bug"]), several("b", ["bug", "other"])]),
    settings,
  ).labels;
  expect(labels?.baseline.confusion).toBeUndefined();
  expect(labels?.candidate.labels).toMatchObject([
    { label: "bug", expected: 1, named: 1, precision: 1, recall: 1, f1: 1 },
    { label: "login", expected: 1, named: 0, precision: undefined, recall: 0, f1: 0 },
    { label: "other", expected: 0, named: 1, precision: 0, recall: undefined, f1: 0 },
  ]);
});

test("the order in which samples came changes no byte", async () => {
  const many = Array.from({ length: 60 }, (_, at) => at).flatMap((at) =>
    ["a", "b"].map((target) => read(target, at, { expected: `l${at % 5}`, found: [`l${(at * 7) % 4}`] })),
  );
  const texts = await Promise.all(
    [1, 2, 3].map(async (seed) => {
      const samples = shuffle(many, seeded(seed));
      const table = runTable(await caseTable(samples), { confidence: 0.95, simulated: new Set() });
      return JSON.stringify([table.labels, compare(await aligned(samples), settings).labels]);
    }),
  );
  expect(new Set(texts).size).toBe(1);
});

test("the tables of a run tell the matrix where no comparison does; many labels are told by their mix-ups", async () => {
  const many = Array.from({ length: 30 }, (_, at) =>
    read("a", at, { expected: `l${at % 10}`, found: [`l${at % 9}`] }),
  );
  const tableOf = async (samples: readonly ScoredSample[]) =>
    runTable(await caseTable(samples), { confidence: 0.95, simulated: new Set() });
  const titles = (table: Awaited<ReturnType<typeof tableOf>>, isCompared: boolean) =>
    runTables(table, { isCompared }).map(({ title }) => title);
  const few = await tableOf(before);
  expect(titles(few, false)).toContain("qa, kind: a (rows: expected, columns: answered)");
  expect(titles(few, true)).not.toContain("qa, kind: a (rows: expected, columns: answered)");
  expect(titles(await tableOf(many), false)).toContain("qa, kind: a, taken for another most often");
});

test("a comparison shows F1 by label above the matrices", async () => {
  const tables = comparisonTables(compare(await aligned([...before, ...after]), settings));
  expect(tables.filter(({ title }) => title.includes("kind"))).toEqual([
    {
      title: "Labels of qa (kind, 4 cases): F1",
      head: ["label", "expected", "baseline", "candidate", "difference", "interval"],
      rows: [
        ["macro F1", "", "44.4 %", "60.0 %", "~ +15.6", "-65.8 to +96.9"],
        ["micro F1", "", "57.1 %", "75.0 %", "~ +17.9", "-100.0 to +100.0"],
        ["billing", "1", "66.7 %", "0.0 %", "-66.7", ""],
        ["bug", "2", "66.7 %", "80.0 %", "+13.3", ""],
        ["other", "1", "0.0 %", "100.0 %", "+100.0", ""],
      ],
    },
    {
      title: "qa, kind: a (rows: expected, columns: answered)",
      head: ["expected", "billing", "bug", "other", "no label"],
      rows: [
        ["billing", "1", "0", "0", "0"],
        ["bug", "1", "1", "0", "0"],
        ["other", "0", "0", "0", "1"],
      ],
    },
    {
      title: "qa, kind: b (rows: expected, columns: answered)",
      head: ["expected", "billing", "bug", "other"],
      rows: [
        ["billing", "0", "1", "0"],
        ["bug", "0", "2", "0"],
        ["other", "0", "0", "1"],
      ],
    },
  ]);
});
