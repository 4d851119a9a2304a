import { expect, test } from "vitest";
import { sampleNormal, seeded } from "../../src/statistics/random.ts";
import { varianceParts } from "../../src/statistics/variance.ts";

test("a small table splits as by hand", () => {
  // Differences of means: 1, 0, -1 (variance 1); noise of A: (.5, 0, 0)/…, of B: (0, 0, .5)/…
  const parts = varianceParts({
    baseline: [
      [0, 1],
      [1, 1],
      [1, 1],
    ],
    candidate: [
      [1.5, 1.5],
      [1, 1],
      [-0.5, 0.5],
    ],
  });
  expect(parts.n).toBe(3);
  expect(parts.total).toBeCloseTo(1, 14);
  expect(parts.baselineNoise).toBeCloseTo(0.5 / 3, 14);
  expect(parts.candidateNoise).toBeCloseTo(0.5 / 3, 14);
  expect(parts.betweenCases).toBeCloseTo(1 - 0.5 / 6 - 0.5 / 6, 14);
});

test("known parts are recovered from simulated repeats, also with unequal numbers of them", () => {
  const random = seeded("parts");
  const ask = (mean: number, sd: number, repeats: number) =>
    Array.from({ length: repeats }, () => mean + sd * sampleNormal(random));
  const cases = Array.from({ length: 4000 }, (_, index) => ({
    level: sampleNormal(random),
    gap: 0.5 * sampleNormal(random),
    repeats: 2 + (index % 3),
  }));
  const parts = varianceParts({
    baseline: cases.map(({ level, repeats }) => ask(level, 0.8, repeats)),
    candidate: cases.map(({ level, gap, repeats }) => ask(level + gap, 0.4, repeats)),
  });
  expect(parts.baselineNoise).toBeCloseTo(0.64, 1);
  expect(parts.candidateNoise).toBeCloseTo(0.16, 1);
  expect(Math.abs((parts.betweenCases ?? 0) - 0.25)).toBeLessThan(0.04);
});

test("one sample a case cannot be split, and says so", () => {
  const parts = varianceParts({ baseline: [[0], [1]], candidate: [[1], [1]] });
  expect(parts.total).toBeCloseTo(0.5, 14);
  expect(parts.betweenCases).toBeUndefined();
  expect(parts.baselineNoise).toBeUndefined();
});

test("pure noise leaves nothing between cases, never less than nothing", () => {
  const parts = varianceParts({
    baseline: [
      [0, 1],
      [1, 0],
    ],
    candidate: [
      [1, 0],
      [0, 1],
    ],
  });
  expect(parts.betweenCases).toBe(0);
});

test("tables that do not match are refused", () => {
  expect(() => varianceParts({ baseline: [[1], [1]], candidate: [[1]] })).toThrow(RangeError);
  expect(() => varianceParts({ baseline: [[1], []], candidate: [[1], [1]] })).toThrow(RangeError);
  expect(() => varianceParts({ baseline: [[1]], candidate: [[1]] })).toThrow(RangeError);
});
