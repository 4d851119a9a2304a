import { expect, test } from "vitest";
import { earlyLines } from "../../src/reports/early-text.ts";
import { reports } from "../../src/reports/registry.ts";
import type { EarlySaving } from "../../src/reports/report.ts";
import { runScreen } from "../../src/reports/run-screen.ts";
import { example, safeExample } from "./example.ts";

const SAVING: EarlySaving = {
  decidedAfter: 412,
  cases: 687,
  samples: 1374,
  spared: 550,
  costUsd: 1.9,
  fullCostUsd: 3.2,
  claim: "population",
  looked: [],
};

const flat = (text: string) => text.replaceAll("&#36;", "$").replaceAll("\\", "").replace(/\s+/g, " ");

test("what a run saved is one line, as it is told everywhere", async () => {
  const { gate } = await safeExample();
  expect(earlyLines({ early: SAVING, gate })).toEqual([
    "decided after 412 of 687 cases, $1.90 instead of $3.20",
  ]);
  const unpriced = { ...SAVING, costUsd: undefined, fullCostUsd: undefined };
  expect(earlyLines({ early: unpriced, gate })).toEqual(["decided after 412 of 687 cases"]);
  expect(earlyLines({ early: undefined, gate })).toEqual([]);
});

test("a run that gave up says so, and not that it decided", async () => {
  const { gate } = await example();
  const verdicts = (gate?.verdicts ?? []).map((verdict) => ({
    ...verdict,
    verdict: "inconclusive" as const,
  }));
  const open = gate && { ...gate, verdicts };
  expect(earlyLines({ early: SAVING, gate: open })[0]).toContain("given up after 412 of 687 cases");
  const whole = { ...SAVING, decidedAfter: undefined };
  expect(earlyLines({ early: whole, gate: open })[0]).toBe("not decided before the last of 687 cases");
});

test("rules that no bet decides are named with how they are decided, and a claim about the dataset is", async () => {
  const { gate } = await safeExample();
  const lines = earlyLines({ early: { ...SAVING, claim: "dataset", looked: ["cost", "latency_p95"] }, gate });
  expect(lines[0]).toContain("safe and unsafe are about these 687 cases only");
  expect(lines[1]).toBe(
    "no bet decides cost, latency_p95: looked at after each tenth of the cases, with a tenth of the error each",
  );
});

test.each(["terminal", "markdown", "html", "junit", "annotations"])("%s carries it", async (name) => {
  const report = reports.find((one) => one.name === name);
  const input = await safeExample();
  const shown = (early: EarlySaving | undefined) =>
    flat(report?.render({ ...input, early }, { color: false }) ?? "");
  expect(shown(SAVING)).toContain("decided after 412 of 687 cases, $1.90 instead of $3.20");
  expect(shown(undefined)).not.toContain("could stop early");
});

test("JSON carries it as data, and the screen of a run in words", async () => {
  const input = { ...(await safeExample()), early: SAVING };
  const json = reports.find(({ name }) => name === "json");
  expect(JSON.parse(json?.render(input, { color: false }) ?? "")).toMatchObject({ early: SAVING });
  expect(flat(runScreen(input, { color: false }))).toContain("decided after 412 of 687 cases");
});
