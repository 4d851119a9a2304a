import { expect, test } from "vitest";
import { caseTable } from "../../src/comparison/case-table.ts";
import { runTable } from "../../src/comparison/run-table.ts";
import { seeded, shuffle } from "../../src/statistics/random.ts";
import { sampleOf } from "./samples.ts";

const samples = ["sums", "words"].flatMap((task) =>
  ["new", "old"].flatMap((target) =>
    Array.from({ length: 40 }, (_, at) =>
      sampleOf({ task, target, caseId: `c${at}`, score: (at % 7) / 7, costUsd: 0.1 + at * 1e-5 }),
    ),
  ),
);
const settings = { confidence: 0.95, simulated: new Set<string>() };

test("the order in which samples came changes no byte of the table", async () => {
  const tables = await Promise.all(
    [1, 2, 3, 4].map(async (seed) => runTable(await caseTable(shuffle(samples, seeded(seed))), settings)),
  );
  expect(new Set(tables.map((table) => JSON.stringify(table))).size).toBe(1);
});

test("the rows stand in the order of the suite", async () => {
  const order = { tasks: ["words", "sums"], targets: ["old", "new"] };
  const { rows } = runTable(await caseTable(samples), { ...settings, ...order });
  expect(rows.map(({ task, target }) => [task, target])).toEqual([
    ["words", "old"],
    ["words", "new"],
    ["sums", "old"],
    ["sums", "new"],
    [undefined, "old"],
    [undefined, "new"],
  ]);
});
