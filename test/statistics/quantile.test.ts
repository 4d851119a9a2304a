import { describe, expect, test } from "vitest";
import { quantileInterval } from "../../src/statistics/quantile.ts";
import { seeded } from "../../src/statistics/random.ts";

const upTo = (n: number) => Array.from({ length: n }, (_, at) => at + 1);
const interval = (n: number, quantile: number) =>
  quantileInterval({ values: upTo(n), groups: undefined, quantile, confidence: 0.95 });

describe("the interval of a quantile", () => {
  // R: qbinom(.025, n, q) and qbinom(.975, n, q) + 1; the values are their own ranks.
  test.each([
    [20, 0.5, 6, 15],
    [1000, 0.5, 469, 532],
    [100, 0.95, 90, 100],
  ])(
    "of %d values at %d lies between the order statistics of the binomial quantiles",
    (n, quantile, lower, upper) => {
      expect(interval(n, quantile)).toMatchObject({ lower, upper });
    },
  );

  test("has no upper end where too few values could show one, and says so by infinity", () => {
    expect(interval(71, 0.95)?.upper).toBe(Infinity);
    expect(interval(72, 0.95)?.upper).toBe(72);
    expect(interval(1, 0.5)).toEqual({ estimate: 1, lower: 0, upper: Infinity });
    expect(
      quantileInterval({ values: [], groups: undefined, quantile: 0.5, confidence: 0.95 }),
    ).toBeUndefined();
  });

  test("is estimated as R does by default (type 7)", () => {
    expect(interval(4, 0.95)?.estimate).toBeCloseTo(3.85, 12);
  });

  test("does not change when every value has a group of its own", () => {
    const values = upTo(200);
    const settings = { values, quantile: 0.95, confidence: 0.95 };
    expect(quantileInterval({ ...settings, groups: values })).toEqual(
      quantileInterval({ ...settings, groups: undefined }),
    );
  });

  test("is as wide as that of the groups where their values are alike", () => {
    const groups = upTo(400).map((value) => Math.ceil(value / 4));
    const repeated = quantileInterval({ values: groups, groups, quantile: 0.5, confidence: 0.95 });
    const once = interval(100, 0.5);
    expect(Math.abs((repeated?.lower ?? 0) - (once?.lower ?? 0))).toBeLessThanOrEqual(2);
    expect(Math.abs((repeated?.upper ?? 0) - (once?.upper ?? 0))).toBeLessThanOrEqual(2);
  });

  test.each([
    [0.5, 1],
    [0.5, 4],
    [0.9, 4],
  ])("covers the true quantile %d with %d values a group", (quantile, size) => {
    const random = seeded(`quantile ${quantile} ${size}`);
    let covered = 0;
    for (let run = 0; run < 1000; run++) {
      const groups = upTo(60 * size).map((value) => Math.ceil(value / size));
      const shared = upTo(60).map(() => random.next());
      // A uniform value, shared by the group or its own: uniform either way.
      const values = groups.map((group) => (random.next() < 0.7 ? (shared[group - 1] ?? 0) : random.next()));
      const { lower, upper } = quantileInterval({ values, groups, quantile, confidence: 0.95 }) ?? {
        lower: 1,
        upper: 0,
      };
      if (lower <= quantile && quantile <= upper) covered++;
    }
    expect(covered / 1000).toBeGreaterThan(0.93);
  });
});
