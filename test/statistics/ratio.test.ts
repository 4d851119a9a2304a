import { describe, expect, test } from "vitest";
import { seeded } from "../../src/statistics/random.ts";
import { costPerSolved, geometricRatio, ratioInterval } from "../../src/statistics/ratio.ts";

const RUNS = 1000;

describe("a ratio of sums", () => {
  test("has Fieller's interval: the ratios that a t test of y - r x does not reject", () => {
    const numerators = [3.1, 2.4, 4.0, 3.3, 2.9, 3.8];
    const denominators = [1.0, 0.9, 1.4, 1.2, 0.8, 1.1];
    const found = ratioInterval({ numerators, denominators, clusters: undefined, confidence: 0.95 });
    const tOf = (ratio: number) => {
      const residuals = numerators.map((y, at) => y - ratio * (denominators[at] ?? 0));
      const mean = residuals.reduce((sum, value) => sum + value, 0) / 6;
      const variance = residuals.reduce((sum, value) => sum + (value - mean) ** 2, 0) / 5;
      return mean / Math.sqrt(variance / 6);
    };
    expect(found?.estimate).toBeCloseTo(19.5 / 6.4, 12);
    // R: qt(.975, 5)
    expect(tOf(found?.lower ?? 0)).toBeCloseTo(2.570582, 5);
    expect(tOf(found?.upper ?? 0)).toBeCloseTo(-2.570582, 5);
  });

  test("is unbounded above where its denominator may be 0, and unknown below two units", () => {
    const clusters = undefined;
    expect(
      ratioInterval({ numerators: [1, 1], denominators: [0.01, 5], clusters, confidence: 0.95 })?.upper,
    ).toBe(Infinity);
    expect(ratioInterval({ numerators: [1], denominators: [1], clusters, confidence: 0.95 })).toBeUndefined();
    expect(
      ratioInterval({ numerators: [1, 2], denominators: [1, 2], clusters: ["a", "a"], confidence: 0.95 }),
    ).toBeUndefined();
  });

  test("covers the truth with clusters that share their size", () => {
    const random = seeded("ratio");
    let covered = 0;
    for (let run = 0; run < RUNS; run++) {
      const clusters = Array.from({ length: 120 }, (_, at) => `c${Math.floor(at / 4)}`);
      const sizes = Array.from({ length: 30 }, () => 0.5 + random.next());
      const denominators = clusters.map((_, at) => (sizes[Math.floor(at / 4)] ?? 1) * (0.5 + random.next()));
      const speeds = Array.from({ length: 30 }, () => 1.5 + random.next());
      const numerators = denominators.map((value, at) => value * (speeds[Math.floor(at / 4)] ?? 2));
      const found = ratioInterval({ numerators, denominators, clusters, confidence: 0.95 });
      if (found !== undefined && found.lower <= 2 && 2 <= found.upper) covered++;
    }
    expect(covered / RUNS).toBeGreaterThan(0.925);
  });
});

describe("a geometric ratio", () => {
  test("mirrors when the models change places and covers the truth", () => {
    const random = seeded("geometric");
    let covered = 0;
    for (let run = 0; run < RUNS; run++) {
      const baseline = Array.from({ length: 40 }, () => Math.exp(2 * random.next()));
      const candidate = baseline.map((value) => value * 1.1 * Math.exp(random.next() - 0.5));
      const settings = { clusters: undefined, confidence: 0.95 };
      const found = geometricRatio({ baseline, candidate, ...settings });
      const mirror = geometricRatio({ baseline: candidate, candidate: baseline, ...settings });
      expect((found?.lower ?? 0) * (mirror?.upper ?? 0)).toBeCloseTo(1, 9);
      if (found !== undefined && found.lower <= 1.1 && 1.1 <= found.upper) covered++;
    }
    expect(covered / RUNS).toBeGreaterThan(0.93);
  });
});

describe("the cost of a solved case", () => {
  const settings = { clusters: undefined, confidence: 0.95 };

  test("is all costs over all that was solved", () => {
    const found = costPerSolved({ costs: [1, 2, 3, 2], solved: [1, 0, 1, 0.5], ...settings });
    expect(found?.estimate).toBeCloseTo(8 / 2.5, 12);
  });

  test("is infinite where nothing was solved, from what the zero still allows", () => {
    const found = costPerSolved({
      costs: Array.from({ length: 50 }, () => 0.02),
      solved: Array(50).fill(0),
      ...settings,
    });
    expect(found).toMatchObject({ estimate: Infinity, upper: Infinity });
    expect(found?.lower).toBeCloseTo(0.02 / (1 - 0.025 ** (1 / 50)), 12);
    expect(costPerSolved({ costs: [], solved: [], ...settings })).toBeUndefined();
  });
});
