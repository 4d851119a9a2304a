import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { binomialPmf } from "../../src/statistics/distributions.ts";
import type { Interval } from "../../src/statistics/interval.ts";
import {
  casesForZeroFailures,
  clopperPearson,
  clopperPearsonLower,
  clopperPearsonUpper,
  wilson,
  zeroFailureUpper,
} from "../../src/statistics/proportion.ts";

type Row = readonly [number, number, number, number, number, number, number];
const reference: { readonly proportion: readonly Row[] } = JSON.parse(
  readFileSync(new URL("./reference/intervals.json", import.meta.url), "utf8"),
);

describe("intervals of a proportion", () => {
  it("agree with R", () => {
    expect(reference.proportion.length).toBeGreaterThan(100);
    for (const [x, n, confidence, cpLower, cpUpper, wilsonLower, wilsonUpper] of reference.proportion) {
      const exact = clopperPearson(x, n, confidence);
      expect(Math.abs(exact.lower - cpLower)).toBeLessThan(1e-10);
      expect(Math.abs(exact.upper - cpUpper)).toBeLessThan(1e-10);
      const score = wilson(x, n, confidence);
      expect(Math.abs(score.lower - wilsonLower)).toBeLessThan(1e-10);
      expect(Math.abs(score.upper - wilsonUpper)).toBeLessThan(1e-10);
    }
  });

  it("agree with Newcombe's published examples (1998)", () => {
    const rounded = (x: number, n: number) => {
      const { lower, upper } = wilson(x, n, 0.95);
      return [lower.toFixed(4), upper.toFixed(4)];
    };
    expect(rounded(81, 263)).toEqual(["0.2553", "0.3662"]);
    expect(rounded(15, 148)).toEqual(["0.0624", "0.1605"]);
    expect(rounded(0, 20)).toEqual(["0.0000", "0.1611"]);
    expect(rounded(1, 29)).toEqual(["0.0061", "0.1718"]);
  });

  it("never have no width, and mirror when success and failure change places", () => {
    for (const n of [1, 2, 7, 50, 1000]) {
      for (const x of [0, 1, Math.floor(n / 2), n]) {
        for (const of of [wilson, clopperPearson]) {
          const { lower, upper } = of(x, n, 0.95);
          const mirror = of(n - x, n, 0.95);
          expect(upper - lower).toBeGreaterThan(0);
          expect(lower).toBeCloseTo(1 - mirror.upper, 12);
          expect(lower).toBeLessThanOrEqual(x / n);
          expect(upper).toBeGreaterThanOrEqual(x / n);
        }
      }
    }
  });

  it("cover as they promise, by summing over every count", () => {
    const least = (of: (x: number, n: number, confidence: number) => Interval, n: number) => {
      const intervals = Array.from({ length: n + 1 }, (_, x) => of(x, n, 0.95));
      const rates = Array.from({ length: 199 }, (_, i) => (i + 1) / 200);
      const coverages = rates.map((rate) =>
        intervals.reduce(
          (sum, { lower, upper }, x) =>
            lower <= rate && rate <= upper ? sum + binomialPmf(x, n, rate) : sum,
          0,
        ),
      );
      return {
        least: Math.min(...coverages),
        mean: coverages.reduce((sum, value) => sum + value, 0) / coverages.length,
      };
    };
    for (const n of [10, 20, 50, 100]) {
      expect(least(clopperPearson, n).least).toBeGreaterThanOrEqual(0.95);
      expect(least(wilson, n).least).toBeGreaterThan(0.83);
      expect(Math.abs(least(wilson, n).mean - 0.952)).toBeLessThan(0.006);
    }
  });

  it("have one-sided ends that put all the doubt on one side", () => {
    expect(clopperPearsonUpper(0, 59, 0.95)).toBeCloseTo(1 - 0.05 ** (1 / 59), 12);
    expect(clopperPearsonLower(59, 59, 0.95)).toBeCloseTo(0.05 ** (1 / 59), 12);
    expect(clopperPearsonLower(0, 5, 0.95)).toBe(0);
    expect(clopperPearsonUpper(5, 5, 0.95)).toBe(1);
    expect(clopperPearsonLower(7, 20, 0.975)).toBe(clopperPearson(7, 20, 0.95).lower);
  });

  it("say what a clean run proves, and how long it must be", () => {
    expect([0.05, 0.01, 0.001].map((p) => casesForZeroFailures(p, 0.05))).toEqual([59, 299, 2995]);
    expect(zeroFailureUpper(59, 0.05)).toBeCloseTo(0.0495, 4);
    expect(zeroFailureUpper(299, 0.05)).toBeCloseTo(0.00997, 5);
    expect(zeroFailureUpper(40, 0.05)).toBeCloseTo(0.0722, 4);
    expect(zeroFailureUpper(0, 0.05)).toBe(1);
    expect(casesForZeroFailures(0.75, 0.0625)).toBe(2);
  });

  it("refuse counts that are none", () => {
    expect(() => wilson(3, 2, 0.95)).toThrow(RangeError);
    expect(() => wilson(0, 0, 0.95)).toThrow(RangeError);
    expect(() => clopperPearsonLower(1, 2, 1)).toThrow(RangeError);
    expect(() => zeroFailureUpper(3, 0)).toThrow(RangeError);
    expect(() => casesForZeroFailures(0, 0.05)).toThrow(RangeError);
  });
});
