import { describe, expect, test } from "vitest";
import { align } from "../../src/comparison/align.ts";
import { caseTable } from "../../src/comparison/case-table.ts";
import { compare } from "../../src/comparison/compare.ts";
import { LOSSES } from "../../src/comparison/decomposition.ts";
import type { ScoredSample } from "../../src/domain/score.ts";
import { aligned, rightBut, sampleOf, samplesOf } from "./samples.ts";

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

  test("shows how often a model disagrees with itself", async () => {
    const samples = ["c1", "c2"].flatMap((caseId) =>
      ["a", "b"].flatMap((target) =>
        [0, 1].map((repeat) =>
          sampleOf({ target, caseId, repeat, score: target === "a" && caseId === "c1" && repeat ? 0 : 1 }),
        ),
      ),
    );
    const { repeats } = compare(await aligned(samples), settings);
    expect(repeats.baseline).toEqual({ repeats: 2, noiseFloor: 0.5, flaky: 1, passAll: 0.5 });
    expect(repeats.candidate).toMatchObject({ noiseFloor: 0, flaky: 0 });
  });

  test("refuses the same sample twice", async () => {
    const [first] = samplesOf({ a: [1] });
    if (first === undefined) throw new Error("no sample");
    await expect(caseTable([first, first])).rejects.toThrow("two samples");
  });
});
