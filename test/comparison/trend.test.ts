import { expect, test } from "vitest";
import { runTable } from "../../src/comparison/run-table.ts";
import { type TrendRun, trend } from "../../src/comparison/trend.ts";
import { trendText } from "../../src/reports/trend-text.ts";
import { aligned, rightBut, samplesOf } from "./samples.ts";

async function runOf(id: string, fields: Partial<TrendRun> = {}): Promise<TrendRun> {
  const { baseline } = await aligned(samplesOf({ a: rightBut(5, 100), b: rightBut(9, 100) }));
  const models = ["a", "b"].map((name) => ({ name, simulated: name === "b", identity: name }));
  return {
    id,
    startedAt: "2026-11-24T10:00:00Z",
    suiteHash: "s1",
    tasks: [{ name: "qa", datasetHash: "d1", planned: 100 }],
    models,
    table: runTable(baseline.table, {
      confidence: 0.95,
      simulated: new Set(["b"]),
      tasks: ["qa"],
      targets: ["a", "b"],
    }),
    ...fields,
  };
}

const task = (datasetHash: string, planned = 100, name = "qa") => ({ name, datasetHash, planned });
const breaks = (runs: readonly TrendRun[]) =>
  trend(runs).map(({ segments }) => segments.map(({ brokenBy, points }) => [brokenBy, points.length]));

test("runs on the same cases make one line for each model", async () => {
  const runs = [await runOf("r1"), await runOf("r2"), await runOf("r3", { suiteHash: "s2" })];
  expect(breaks(runs)).toEqual([[[undefined, 3]], [[undefined, 3]]]);
  const [a] = trend(runs);
  expect(a?.segments[0]?.points.map(({ suiteChanged }) => suiteChanged)).toEqual([false, false, true]);
  expect(a?.segments[0]?.points[0]?.score?.estimate).toBeCloseTo(0.95);
});

test("another dataset, other cases, a new task and a task that is gone break every line", async () => {
  const runs = [
    await runOf("r1"),
    await runOf("r2", { tasks: [task("d2")] }),
    await runOf("r3", { tasks: [task("d2", 40)] }),
    await runOf("r4", { tasks: [task("d2", 40), task("d3", 10, "sum")] }),
    await runOf("r5", { tasks: [task("d3", 10, "sum")] }),
  ];
  const line = [
    [undefined, 1],
    ["the dataset of qa changed", 1],
    ["qa asks 40 cases instead of 100", 1],
    ["task sum is new", 1],
    ["task qa is gone", 1],
  ];
  expect(breaks(runs)).toEqual([line, line]);
});

test("a name that stands for another model breaks its own line alone", async () => {
  const models = ["a", "b"].map((name) => ({
    name,
    simulated: false,
    identity: `${name}-2`.replace("a-2", "a"),
  }));
  expect(breaks([await runOf("r1"), await runOf("r2", { models })])).toEqual([
    [[undefined, 2]],
    [
      [undefined, 1],
      ["the model or its parameters changed", 1],
    ],
  ]);
});

test("a model that a run did not ask has no point there, and its line goes on", async () => {
  const first = await runOf("r1");
  const table = { ...first.table, rows: first.table.rows.filter(({ target }) => target === "a") };
  expect(breaks([first, await runOf("r2", { table }), await runOf("r3")])).toEqual([
    [[undefined, 3]],
    [[undefined, 2]],
  ]);
});

test("the text rules a broken line off, keeps to 80 columns and is harmless", async () => {
  const name =
    "qa\u001b[2J::error::x and a name that goes on for longer than a line of the terminal has columns";
  const runs = [
    await runOf("20261124-101530-x7k2", { tasks: [task("d1", 100, name)] }),
    await runOf("20261125-101530-x7k2", { tasks: [task("d2", 100, name)], suiteHash: "s2" }),
  ];
  const text = trendText(trend(runs), 0.95);
  expect(text.split("\n").filter((line) => /^ {2}╌{78}$/.test(line))).toHaveLength(4);
  expect(text).toContain("  not comparable: the dataset of qa");
  expect(text).toMatch(
    /^ {2}2026-11-24 x7k2 {3}95\.0 88\.8–97\.8 {2}\$1\.00 1\.00–1\.00 {2}100ms 100ms–100ms$/m,
  );
  expect(text).toContain("  2026-11-25 x7k2*");
  expect(Math.max(...text.split("\n").map((line) => [...line].length))).toBeLessThanOrEqual(80);
  expect(text).not.toContain("\u001b");
});
