import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type MeanInput, meanEstimate } from "../../src/statistics/case-means.ts";
import { wilson } from "../../src/statistics/proportion.ts";

const unit = { lower: 0, upper: 1 };
const input = (scores: readonly (readonly number[])[], more: Partial<MeanInput> = {}): MeanInput => ({
  scores,
  clusters: undefined,
  range: unit,
  confidence: 0.95,
  ...more,
});
const repeated = (count: number, scores: readonly number[]) => Array.from({ length: count }, () => scores);

describe("the mean of the cases", () => {
  it("is Wilson's for right-or-wrong cases asked once", () => {
    const estimate = meanEstimate(input([...repeated(15, [1]), ...repeated(5, [0])]));
    expect(estimate).toEqual({ ...wilson(15, 20, 0.95), method: "wilson", n: 20 });
  });

  it("does not let identical repeats pass for more cases", () => {
    const once = meanEstimate(input([...repeated(15, [1]), ...repeated(25, [0])]));
    const thrice = meanEstimate(input([...repeated(15, [1, 1, 1]), ...repeated(25, [0, 0, 0])]));
    expect(thrice.method).toBe("wilson-effective");
    expect(thrice.estimate).toBeCloseTo(once.estimate, 12);
    expect(thrice.upper - thrice.lower).toBeGreaterThanOrEqual(once.upper - once.lower);
    expect(thrice.upper - thrice.lower).toBeLessThan(1.06 * (once.upper - once.lower));
  });

  it("does not let the cases of one cluster pass for independent ones", () => {
    const scores = Array.from({ length: 40 }, (_, i) => [Math.floor(i / 5) % 2]);
    const clusters = scores.map((_, i) => `document ${Math.floor(i / 5)}`);
    const free = meanEstimate(input(scores));
    const tied = meanEstimate(input(scores, { clusters }));
    expect(tied.upper - tied.lower).toBeGreaterThan(1.8 * (free.upper - free.lower));
    const perfect = meanEstimate(input(repeated(40, [1]), { clusters }));
    expect(perfect.lower).toBeCloseTo(wilson(8, 8, 0.95).lower, 12);
  });

  it("counts a case with more repeats once", () => {
    expect(meanEstimate(input([[1, 1, 1, 1], [0]])).estimate).toBe(0.5);
  });

  it("is a t interval for graded scores, kept in their range, as R has it", () => {
    const values = [0.1, 0.4, 0.35, 0.8, 0.05, 0.6, 0.72, 0.31, 0.44, 0.9, 0.15, 0.5];
    const estimate = meanEstimate(input(values.map((value) => [value])));
    expect(estimate.method).toBe("t");
    expect(estimate.lower).toBeCloseTo(0.26911237125369497, 12);
    expect(estimate.upper).toBeCloseTo(0.6175542954129718, 12);
    expect(estimate.df).toBeCloseTo(11, 10);
  });

  it("falls back on Wilson's for few cases and for scores that are all alike", () => {
    const few = meanEstimate(input([[4], [5], [3]], { range: { lower: 1, upper: 5 } }));
    expect(few.method).toBe("wilson-rescaled");
    expect(few.lower).toBeCloseTo(1 + 4 * wilson(2.25, 3, 0.95).lower, 12);
    const alike = meanEstimate(input(repeated(30, [0.7])));
    expect(alike.method).toBe("wilson-rescaled");
    expect(alike.upper - alike.lower).toBeGreaterThan(0.2);
  });

  it("says insufficient for one case or one cluster, and then promises nothing", () => {
    expect(meanEstimate(input([[1]]))).toMatchObject({ method: "insufficient", lower: 0, upper: 1 });
    const one = meanEstimate(input(repeated(20, [1]), { clusters: Array.from({ length: 20 }, () => "a") }));
    expect(one).toMatchObject({ method: "insufficient", estimate: 1, lower: 0, upper: 1 });
    expect(meanEstimate(input([[3]], { range: undefined }))).toMatchObject({
      lower: -Infinity,
      upper: Infinity,
    });
  });

  it("refuses no case, a case without a score, and scores out of range", () => {
    expect(() => meanEstimate(input([]))).toThrow(RangeError);
    expect(() => meanEstimate(input([[1], []]))).toThrow(RangeError);
    expect(() => meanEstimate(input([[1], [2]]))).toThrow(RangeError);
    expect(() => meanEstimate(input([[1], [Number.NaN]]))).toThrow(RangeError);
  });

  it("never has no width, holds its estimate, and mirrors with the scores", () => {
    const score = fc.oneof(
      fc.constantFrom(0, 1),
      fc.integer({ min: 0, max: 8 }).map((k) => k / 8),
    );
    const cases = fc.array(
      fc.tuple(fc.array(score, { minLength: 1, maxLength: 3 }), fc.constantFrom(undefined, "a", "b", "c")),
      { minLength: 1, maxLength: 40 },
    );
    fc.assert(
      fc.property(cases, (drawn) => {
        const clusters = drawn.map(([, cluster]) => cluster);
        const estimate = meanEstimate(
          input(
            drawn.map(([scores]) => scores),
            { clusters },
          ),
        );
        const mirror = meanEstimate(
          input(
            drawn.map(([scores]) => scores.map((s) => 1 - s)),
            { clusters },
          ),
        );
        expect(estimate.upper).toBeGreaterThan(estimate.lower);
        expect(estimate.lower).toBeLessThanOrEqual(estimate.estimate + 1e-12);
        expect(estimate.upper).toBeGreaterThanOrEqual(estimate.estimate - 1e-12);
        expect(mirror.lower).toBeCloseTo(1 - estimate.upper, 9);
        expect(mirror.upper).toBeCloseTo(1 - estimate.lower, 9);
      }),
      { seed: 3, numRuns: 300 },
    );
  });
});
