import { describe, expect, test } from "vitest";
import { groupsOf } from "../../src/statistics/clustered-mean.ts";
import {
  casesNeeded,
  leastLossFound,
  leastMargin,
  type PlannedRule,
  safePower,
  unsafePower,
} from "../../src/statistics/decision-power.ts";
import { exactP, exactRejects } from "../../src/statistics/exact-noninferiority.ts";
import { pairedComparison } from "../../src/statistics/paired-comparison.ts";
import { seeded } from "../../src/statistics/random.ts";
import { scaledCounts } from "../../src/statistics/scaled-counts.ts";

const rule = (margin: number, variance: number, method: PlannedRule["method"] = "exact"): PlannedRule => ({
  method,
  variance,
  margin,
  confidence: 0.95,
});

describe("exact power", () => {
  // Full enumeration at no loss, by discordance.
  test.each([
    [200, 0.05, [0.88, 0.668, 0.444, 0.341]],
    [400, 0.03, [0.808, 0.58, 0.371, 0.286]],
  ])("of %d cases at margin %d is that of a full enumeration", (n, margin, enumerated) => {
    const powers = [0.05, 0.1, 0.2, 0.3].map((share) => safePower(rule(margin, share), n));
    // To the last digit that is given.
    for (const [at, power] of powers.entries())
      expect(Math.abs(power - (enumerated[at] ?? 0))).toBeLessThan(6e-4);
  });

  test("is the sum over every table that the test rejects", () => {
    const [n, margin, share, drift] = [25, 0.15, 0.3, -0.05];
    const [win, loss] = [(share + drift) / 2, (share - drift) / 2];
    const factorial = (k: number): number => (k < 2 ? 1 : k * factorial(k - 1));
    let sum = 0;
    for (let losses = 0; losses <= n; losses++) {
      for (let wins = 0; wins <= n - losses; wins++) {
        const ties = n - wins - losses;
        if (exactP({ wins, losses, n }, -margin) > 0.05) continue;
        const ways = factorial(n) / (factorial(wins) * factorial(losses) * factorial(ties));
        sum += ways * win ** wins * loss ** losses * (1 - share) ** ties;
      }
    }
    expect(sum).toBeGreaterThan(0.1);
    expect(safePower(rule(margin, share), n, drift)).toBeCloseTo(sum, 10);
  });

  test("is at most 5 % for a candidate that loses the margin", () => {
    for (const n of [30, 99, 250])
      for (const share of [0.05, 0.1, 0.3])
        expect(safePower(rule(0.05, share), n, -0.05)).toBeLessThanOrEqual(0.05);
  });

  test("goes from none to certainty between 98 and 99 cases where no answer differs at all", () => {
    expect(safePower(rule(0.03, 0), 98)).toBe(0);
    expect(safePower(rule(0.03, 0), 99)).toBeCloseTo(1, 12);
  });

  test("is low with very few cases, whose best table proves nothing", () => {
    expect(safePower(rule(0.05, 0.5), 2)).toBe(0);
    expect(safePower(rule(0, 0.1), 500)).toBe(0);
  });

  test("of finding a loss mirrors that of finding a gain", () => {
    // At margin 0 both ask whether the difference has the sign that it has.
    expect(unsafePower(rule(0, 0.2), 150, 0.1)).toBeCloseTo(safePower(rule(1e-12, 0.2), 150, 0.1), 6);
    expect(unsafePower(rule(0.03, 0.1), 300, 0.03)).toBeLessThanOrEqual(0.05);
    expect(unsafePower(rule(0.03, 0.2), 300, 0.15)).toBeGreaterThan(0.95);
  });
});

describe("needed cases", () => {
  test("are more than the normal formula says where few cases differ, and never fewer than zero difference needs", () => {
    // The formula: 344, 687 and 1374 cases.
    expect([0.05, 0.1, 0.2].map((share) => casesNeeded(rule(0.03, share), 0.8))).toEqual([384, 714, 1393]);
    expect([0.01, 0.03, 0.05, 0.1].map((margin) => casesNeeded(rule(margin, 0), 0.8))).toEqual([
      299, 99, 59, 29,
    ]);
    expect(casesNeeded(rule(0, 0.1), 0.8)).toBe(Infinity);
  });

  test("reach the wanted power with not one case to spare", () => {
    const needed = casesNeeded(rule(0.05, 0.1), 0.9);
    expect(safePower(rule(0.05, 0.1), needed)).toBeGreaterThanOrEqual(0.9);
    expect(safePower(rule(0.05, 0.1), needed - 1)).toBeLessThan(0.9);
  });
});

test("the least margin is the one whose needed cases are there", () => {
  const least = leastMargin(rule(0.03, 0.1), 714, 0.8) ?? 0;
  expect(least).toBeCloseTo(0.03, 3);
  expect(leastMargin(rule(0.03, 0.5), 1, 0.8)).toBeUndefined();
});

test("the least loss found is beyond the margin and found with the wanted power", () => {
  const loss = leastLossFound(rule(0.03, 0.1), 714, 0.8) ?? 0;
  expect(loss).toBeGreaterThan(0.05);
  expect(unsafePower(rule(0.03, 0.1), 714, loss)).toBeGreaterThanOrEqual(0.8);
  expect(unsafePower(rule(0.03, 0.1), 714, loss - 0.002)).toBeLessThan(0.8);
});

describe("power of the scaled exact test", () => {
  // Seeded simulation of three repeats a side; a 99.9 % Monte-Carlo error of 1,500 runs is .042.
  test.each([
    [60, 0.1, 0],
    [200, 0.05, 0],
    [200, 0.05, -0.03],
  ])("agrees with what the gate does on %d cases at margin %d and difference %d", (n, margin, drift) => {
    const random = seeded(11);
    const runs = 1500;
    const score = (chance: number) => [0, 1, 2].filter(() => random.next() < chance).length / 3;
    let held = 0;
    let squares = 0;
    for (let run = 0; run < runs; run++) {
      // Easy and hard cases, shared by the models.
      const chances = Array.from({ length: n }, () => (random.next() < 0.8 ? 0.95 : 0.3));
      const baseline = chances.map(score);
      const candidate = chances.map((chance) => score(chance + drift));
      for (const [at, before] of baseline.entries()) squares += ((candidate[at] ?? 0) - before - drift) ** 2;
      const values = candidate.map((after, at) => after - (baseline[at] ?? 0));
      const scaled = scaledCounts(groupsOf({ values, clusters: undefined }), 1);
      if (scaled !== undefined && exactRejects(scaled.counts, -margin / scaled.size, 0.05)) held++;
    }
    const variance = squares / (runs * n);
    const forecast = safePower(rule(margin, variance, "scaled-exact"), n, drift);
    expect(Math.abs(forecast - held / runs)).toBeLessThan(0.045);
  });

  test("is none below the cases that the exact test needs, even if no answer differs", () => {
    expect(safePower(rule(0.03, 0, "scaled-exact"), 98)).toBe(0);
    expect(safePower(rule(0.03, 0, "scaled-exact"), 99)).toBe(1);
    const same = Array.from({ length: 99 }, () => 0.5);
    const at = (n: number) =>
      pairedComparison({
        baseline: same.slice(0, n),
        candidate: same.slice(0, n),
        binary: false,
        clusters: undefined,
        range: { lower: 0, upper: 1 },
        confidence: 0.95,
        margin: 0.03,
      }).lower > -0.03;
    expect([at(98), at(99)]).toEqual([false, true]);
  });
});
