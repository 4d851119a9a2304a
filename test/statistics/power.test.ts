import { describe, expect, test } from "vitest";
import {
  casesForMargin,
  detectableDifference,
  powerPerRule,
  varianceWithRepeats,
  zeroDifferenceCases,
} from "../../src/statistics/power.ts";
import { seeded } from "../../src/statistics/random.ts";
import { varianceParts } from "../../src/statistics/variance.ts";

const sure = { confidence: 0.95, power: 0.8 };

describe("cases for a margin", () => {
  // (z_.95 + z_.8)^2 = 6.1826: n = 6.1826 V / m^2.
  test.each([
    [0.02, [1237, 310, 138, 50, 13]],
    [0.05, [3092, 773, 344, 124, 31]],
    [0.1, [6183, 1546, 687, 248, 62]],
    [0.2, [12366, 3092, 1374, 495, 124]],
    [0.3, [18548, 4637, 2061, 742, 186]],
  ])(
    "with a variance of %d are those of the table for margins of 1, 2, 3, 5 and 10 points",
    (variance, n) => {
      const margins = [0.01, 0.02, 0.03, 0.05, 0.1];
      expect(margins.map((margin) => casesForMargin({ ...sure, variance, margin }))).toEqual(n);
    },
  );

  test("are more for 90 % power, fewer for a better candidate and endless for a loss of the margin", () => {
    const plan = { ...sure, variance: 0.1, margin: 0.03 };
    expect(casesForMargin({ ...plan, power: 0.9 })).toBe(952);
    expect(casesForMargin({ ...plan, difference: 0.03 })).toBe(172);
    expect(casesForMargin({ ...plan, difference: -0.03 })).toBe(Infinity);
  });

  test("are never fewer than what no difference at all needs", () => {
    const margins = [0.01, 0.02, 0.03, 0.05, 0.1];
    expect(margins.map((margin) => zeroDifferenceCases(margin, 0.95))).toEqual([299, 149, 99, 59, 29]);
    expect(zeroDifferenceCases(0, 0.95)).toBe(Infinity);
  });
});

test("969 cases show a difference of 3 points where the variance is 1/9", () => {
  // Miller 2024: two-sided 5 %, 80 % power, no sampling noise.
  expect(detectableDifference({ ...sure, variance: 1 / 9, n: 969 })).toBeCloseTo(0.03, 5);
  expect(detectableDifference({ ...sure, variance: 1 / 9, n: 968 })).toBeGreaterThan(0.03);
});

test("each of three rules needs 93.3 % power for all to hold with 80 %", () => {
  expect(powerPerRule(0.8, 3)).toBeCloseTo(0.9333, 4);
  expect(powerPerRule(0.8, 1)).toBeCloseTo(0.8, 12);
});

describe("repeats", () => {
  test("take away the sampling noise and leave what comes from the cases", () => {
    const parts = { n: 100, total: 0.3, baselineNoise: 0.1, candidateNoise: 0.2, betweenCases: 0.05 };
    expect(varianceWithRepeats(parts, { baseline: 1, candidate: 1 })).toBeCloseTo(0.35, 12);
    expect(varianceWithRepeats(parts, { baseline: 5, candidate: 4 })).toBeCloseTo(0.12, 12);
  });

  test("cannot be planned from cases that were asked once", () => {
    const once = varianceParts({ baseline: [[1], [0], [1]], candidate: [[1], [1], [0]] });
    expect(varianceWithRepeats(once, { baseline: 3, candidate: 3 })).toBeUndefined();
  });

  test("planned from three asks foretell the variance of one and of twelve", () => {
    // A case's chance of a right answer is uniform and shared by both: no spread of true differences, noise 1/6 a side.
    const random = seeded(7);
    const cases = Array.from({ length: 20_000 }, () => random.next());
    const asked = (chance: number) => Array.from({ length: 3 }, () => (random.next() < chance ? 1 : 0));
    const parts = varianceParts({ baseline: cases.map(asked), candidate: cases.map(asked) });
    expect(varianceWithRepeats(parts, { baseline: 1, candidate: 1 })).toBeCloseTo(1 / 3, 2);
    expect(varianceWithRepeats(parts, { baseline: 12, candidate: 12 })).toBeCloseTo(1 / 36, 2);
  });
});
