import { describe, expect, test } from "vitest";
import { align } from "../../src/comparison/align.ts";
import { caseTable } from "../../src/comparison/case-table.ts";
import { compare } from "../../src/comparison/compare.ts";
import { LOSSES } from "../../src/comparison/decomposition.ts";
import { statedMargins } from "../../src/comparison/stated-margins.ts";
import type { ScoredSample } from "../../src/domain/score.ts";
import { aligned, rightBut, ruleOf, sampleOf, samplesOf } from "./samples.ts";

const settings = { confidence: 0.95, margin: 0.03, missing: "worst-case", attempt: 1 } as const;

describe("a comparison", () => {
  test("mirrors when the models change places", async () => {
    const samples = samplesOf({ a: rightBut(5, 80), b: [...rightBut(12, 80)].reverse() });
    const there = compare(await aligned(samples), settings).overall.observed;
    const back = compare(await aligned(samples, "b", "a"), settings).overall.observed;
    expect(back?.difference.estimate).toBeCloseTo(-(there?.difference.estimate ?? Number.NaN), 12);
    expect(back?.lower).toBeCloseTo(-(there?.upper ?? Number.NaN), 6);
    expect(back?.counts?.baselineOnly).toBe(there?.counts?.candidateOnly);
  });

  test("does not depend on the order of the samples", async () => {
    const samples = samplesOf({ a: rightBut(5, 60), b: [...rightBut(9, 60)].reverse() });
    const forward = compare(await aligned(samples), settings);
    expect(compare(await aligned([...samples].reverse()), settings)).toEqual(forward);
  });

  test("names the score that mended format would give, and its parts sum to the difference", async () => {
    const samples: ScoredSample[] = samplesOf({ a: rightBut(5, 100), b: rightBut(45, 100) }).map(
      (sample, at) =>
        sample.target === "b" && at % 100 < 40
          ? { ...sample, fault: "format" as const, scoreIfFormatFixed: 1 }
          : sample,
    );
    const { decomposition, overall } = compare(await aligned(samples), settings);
    const sum = LOSSES.reduce((total, loss) => total + (decomposition?.parts[loss] ?? 0), 0);
    expect(sum).toBeCloseTo(overall.observed?.difference.estimate ?? Number.NaN, 12);
    expect(decomposition?.parts.format).toBeCloseTo(-0.4, 12);
    expect(decomposition?.candidateIfFormatFixed).toBeCloseTo(0.95, 12);
  });

  test("counts missing answers among the losses where the gate counts them as wrong", async () => {
    const samples = samplesOf({ a: rightBut(2, 50), b: [...rightBut(5, 45), null, null, null, null, null] });
    const wrong = compare(await aligned(samples), { ...settings, missing: "wrong" });
    expect(wrong.decomposition?.parts.failed).toBeCloseTo(-0.1, 12);
    const sum = LOSSES.reduce((total, loss) => total + (wrong.decomposition?.parts[loss] ?? 0), 0);
    expect(sum).toBeCloseTo(wrong.overall.observed?.difference.estimate ?? Number.NaN, 12);
    const apart = compare(await aligned(samples), settings);
    expect(apart.decomposition?.parts.failed).toBe(0);
  });

  test("compares rates by their paired difference, also where the baseline's is zero", async () => {
    const samples = samplesOf({ a: rightBut(0, 40), b: rightBut(0, 40) }).map((sample, at) =>
      sample.target === "b" && at % 40 < 10 ? { ...sample, outcome: "refused" as const, score: 0 } : sample,
    );
    const { metrics } = compare(await aligned(samples), settings);
    const refused = metrics.find(({ metric }) => metric === "refused_rate");
    expect(refused?.ratio.known).toBe(false);
    expect(refused?.difference?.estimate).toBe(0.25);
    expect(refused?.difference?.lower).toBeGreaterThan(0.1);
    expect(metrics.find(({ metric }) => metric === "cost")?.difference).toBeUndefined();
  });

  test("compares times case by case, whatever the spread between cases, and leaves cache hits out", async () => {
    const samples = samplesOf({ a: rightBut(0, 60), b: rightBut(0, 60) }).map((sample, at) => {
      const slowness = 1 + (at % 60) * 50;
      const noise = at % 2 === 0 ? 1.02 : 1 / 1.02;
      return {
        ...sample,
        latencyMs: slowness * (sample.target === "b" ? 1.1 * noise : 1),
        cached: at % 60 === 7,
      };
    });
    const { times } = compare(await aligned(samples), settings);
    const latency = times.find(({ metric }) => metric === "latency");
    expect(latency?.cases).toBe(59);
    expect(latency?.ratio.estimate).toBeCloseTo(1.1, 2);
    expect(latency?.ratio.lower).toBeGreaterThan(1.09);
    expect(latency?.ratio.upper).toBeLessThan(1.11);
  });

  test("splits the variance into cases and noise between repeats", async () => {
    const samples = Array.from({ length: 40 }, (_, at) => at).flatMap((at) =>
      ["a", "b"].flatMap((target) =>
        [0, 1].map((repeat) =>
          sampleOf({ target, caseId: `c${at}`, repeat, score: target === "b" && (at + repeat) % 2 ? 0 : 1 }),
        ),
      ),
    );
    const { variance } = compare(await aligned(samples), settings);
    expect(variance).toMatchObject({ n: 40, total: 0, betweenCases: 0, candidateNoise: 0.5 });
  });

  test("raises the alarm on a slice that collapses inside a good average", async () => {
    const samples = samplesOf({ a: rightBut(0, 300), b: rightBut(15, 300) }).map((sample, at) => ({
      ...sample,
      slices: { language: at % 300 < 30 ? "de" : "en" },
    }));
    const { slices, overall } = compare(await aligned(samples), settings);
    expect(overall.candidateMean).toBe(0.95);
    expect(slices.map(({ value, alarm }) => [value, alarm])).toEqual([
      ["de", true],
      ["en", false],
    ]);
    expect(slices.reduce((sum, slice) => sum + slice.difference.cases, 0)).toBe(300);
  });

  test("counts what changed and what one run lacks, and drops nothing in silence", async () => {
    const before = await caseTable(samplesOf({ a: rightBut(0, 10) }));
    const changed = samplesOf({ b: rightBut(0, 12) }).map((s, at) =>
      at === 3 ? { ...s, caseHash: "x" } : s,
    );
    const after = await caseTable(changed.filter((_, at) => at !== 5));
    const a = before.targets.get("a");
    const b = after.targets.get("b");
    if (a === undefined || b === undefined) throw new Error("no target");
    const alignment = align(
      { name: "a", table: before, samples: a, simulated: false },
      { name: "b", table: after, samples: b, simulated: true },
    );
    const { alignment: counts, overall, warnings } = compare(alignment, { ...settings, attempt: 3 });
    expect(counts).toEqual({ cases: 11, changed: ["c00003"], onlyBaseline: 1, onlyCandidate: 2 });
    expect(overall.missing).toEqual({ baseline: 2, candidate: 1, truncated: 0 });
    const codes = warnings.map(({ code }) => code);
    expect(codes).toEqual([
      "simulated",
      "few-cases",
      "identical",
      "unscored",
      "changed",
      "one-sided",
      "attempt",
    ]);
  });

  test("measures every metric on the cases that both sides were asked", async () => {
    const before = await caseTable(samplesOf({ a: rightBut(0, 40) }));
    const after = await caseTable(
      samplesOf({ b: rightBut(0, 60) }).map((sample, at) =>
        // Only cases that the baseline never saw were refused, cost a hundred times as much and took an hour.
        at < 40 ? sample : { ...sample, outcome: "refused", score: 0, costUsd: 0.1, latencyMs: 3_600_000 },
      ),
    );
    const a = before.targets.get("a");
    const b = after.targets.get("b");
    if (a === undefined || b === undefined) throw new Error("no target");
    const { metrics } = compare(
      align(
        { name: "a", table: before, samples: a, simulated: false },
        { name: "b", table: after, samples: b, simulated: false },
      ),
      settings,
    );
    const estimates = metrics.map(({ metric, candidate }) => [
      metric,
      candidate.known ? candidate.value.estimate : undefined,
    ]);
    expect(Object.fromEntries(estimates)).toMatchObject({
      cost: expect.closeTo(0.001, 9),
      latency_p95: 100,
      refused_rate: 0,
    });
  });

  test("names the cases that only one side has a score for", async () => {
    const samples = samplesOf({ a: rightBut(0, 100), b: [null, null, null, null, ...rightBut(0, 96)] });
    const { warnings } = compare(await aligned(samples), settings);
    expect(warnings.find(({ code }) => code === "failed-on-one-side")?.text).toBe(
      "cases without a score on one side only: none of the baseline, " +
        "4 of the candidate (qa/c00000, qa/c00001, qa/c00002 and 1 more)",
    );
  });

  test("judges every task by its own margin, and all cases by the one that is for all", async () => {
    const samples = samplesOf({ a: rightBut(0, 200), b: rightBut(4, 200) }).map((sample, at) => ({
      ...sample,
      task: at % 2 === 0 ? "wide" : "narrow",
    }));
    const { margin, taskMargins } = statedMargins([
      ruleOf({ margin: 0.01, where: { language: "de" } }),
      ruleOf({ task: "wide", margin: 0.15 }),
      ruleOf({ task: "narrow", margin: 0.03 }),
    ]);
    expect(margin).toBeUndefined();
    const { tasks, overall } = compare(await aligned(samples), { ...settings, margin, taskMargins });
    expect(tasks.map(({ task, difference }) => [task, difference.verdict])).toEqual([
      ["narrow", "inconclusive"],
      ["wide", "safe"],
    ]);
    expect(overall.verdict).toBeUndefined();
  });

  test("takes the strictest margin where several rules are about a task", () => {
    const rules = [
      ruleOf({ margin: 0.05 }),
      ruleOf({ task: "a", margin: 0.1 }),
      ruleOf({ task: "b", margin: 0.01 }),
    ];
    expect(statedMargins(rules)).toEqual({ margin: 0.05, taskMargins: { a: 0.05, b: 0.01 } });
  });

  test("shows how often a model disagrees with itself", async () => {
    const samples = ["c1", "c2"].flatMap((caseId) =>
      ["a", "b"].flatMap((target) =>
        [0, 1].map((repeat) =>
          sampleOf({ target, caseId, repeat, score: target === "a" && caseId === "c1" && repeat ? 0 : 1 }),
        ),
      ),
    );
    const { repeats } = compare(await aligned(samples), settings);
    expect(repeats.baseline).toMatchObject({ repeats: 2, noiseFloor: 0.5, flaky: 1 });
    expect(repeats.baseline.flakyCases).toEqual([{ task: "qa", id: "c1", right: 1, repeats: 2 }]);
    expect(repeats.baseline.passAll?.estimate).toBe(0.5);
    expect(repeats.baseline.passAny?.estimate).toBe(1);
    expect(repeats.baseline.passAny?.lower).toBeLessThan(1);
    expect(repeats.candidate).toMatchObject({ noiseFloor: 0, flaky: 0 });
  });

  test("refuses the same sample twice", async () => {
    const [first] = samplesOf({ a: [1] });
    if (first === undefined) throw new Error("no sample");
    await expect(caseTable([first, first])).rejects.toThrow("two samples");
  });
});
