import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  betaCdf,
  betaQuantile,
  binomialCdf,
  binomialPmf,
  binomialQuantile,
  logBeta,
  logGamma,
  normalCdf,
  normalQuantile,
  tCdf,
  tQuantile,
} from "../../src/statistics/distributions.ts";
import { erfc, stirlingError } from "../../src/statistics/special.ts";

type Rows = readonly (readonly number[])[];
const reference: Readonly<Record<string, Rows>> = JSON.parse(
  readFileSync(new URL("./reference/distributions.json", import.meta.url), "utf8"),
);

/** The greatest error over the rows of one table: relative, or absolute for values below the floor. */
function worst(
  table: string,
  floor: number,
  of: (row: readonly number[]) => readonly [number, number],
): number {
  const rows = reference[table] ?? [];
  expect(rows.length).toBeGreaterThan(15);
  const errors = rows.map((row) => {
    const [got, want] = of(row);
    return got === want ? 0 : Math.abs(got - want) / Math.max(Math.abs(want), floor);
  });
  expect(errors.filter(Number.isNaN)).toEqual([]);
  return Math.max(...errors);
}

const at = (row: readonly number[], index: number): number => row[index] ?? Number.NaN;

describe("distributions against R, in the far tails too", () => {
  it("normal distribution function within 4e-15", () => {
    expect(worst("normalCdf", 0, (r) => [normalCdf(at(r, 0)), at(r, 1)])).toBeLessThan(4e-15);
  });
  it("normal quantile within 4e-15, absolute near the middle", () => {
    expect(worst("normalQuantile", 0.05, (r) => [normalQuantile(at(r, 0)), at(r, 1)])).toBeLessThan(4e-15);
  });
  it("Student's distribution function within 1e-13", () => {
    expect(worst("tCdf", 0, (r) => [tCdf(at(r, 0), at(r, 1)), at(r, 2)])).toBeLessThan(1e-13);
  });
  it("Student's quantile within 4e-12", () => {
    expect(worst("tQuantile", 1e-3, (r) => [tQuantile(at(r, 0), at(r, 1)), at(r, 2)])).toBeLessThan(4e-12);
  });
  it("beta distribution function within 3e-13", () => {
    expect(worst("betaCdf", 0, (r) => [betaCdf(at(r, 0), at(r, 1), at(r, 2)), at(r, 3)])).toBeLessThan(3e-13);
  });
  it("beta quantile within 3e-13", () => {
    expect(
      worst("betaQuantile", 0, (r) => [betaQuantile(at(r, 0), at(r, 1), at(r, 2)), at(r, 3)]),
    ).toBeLessThan(3e-13);
  });
  it("binomial probabilities within 1e-12", () => {
    expect(worst("binomial", 0, (r) => [binomialPmf(at(r, 0), at(r, 1), at(r, 2)), at(r, 3)])).toBeLessThan(
      1e-12,
    );
    expect(worst("binomial", 0, (r) => [binomialCdf(at(r, 0), at(r, 1), at(r, 2)), at(r, 4)])).toBeLessThan(
      1e-12,
    );
  });
  it("binomial quantiles to the unit", () => {
    expect(
      worst("binomialQuantile", 1, (r) => [binomialQuantile(at(r, 0), at(r, 1), at(r, 2)), at(r, 3)]),
    ).toBe(0);
  });
  it("logarithms of the gamma and beta functions within 1e-14", () => {
    expect(worst("logGamma", 1, (r) => [logGamma(at(r, 0)), at(r, 1)])).toBeLessThan(1e-14);
    expect(worst("logBeta", 1, (r) => [logBeta(at(r, 0), at(r, 1)), at(r, 2)])).toBeLessThan(1e-14);
  });
});

describe("distributions", () => {
  it("knows the ends", () => {
    expect([normalQuantile(0), normalQuantile(1), tQuantile(0, 3), tQuantile(1, 3)]).toEqual([
      -Infinity,
      Infinity,
      -Infinity,
      Infinity,
    ]);
    expect([betaQuantile(0, 2, 3), betaQuantile(1, 2, 3), betaCdf(0, 2, 3), betaCdf(1, 2, 3)]).toEqual([
      0, 1, 0, 1,
    ]);
    expect([
      binomialPmf(0, 5, 0),
      binomialPmf(5, 5, 1),
      binomialPmf(6, 5, 0.5),
      binomialCdf(-1, 5, 0.5),
    ]).toEqual([1, 1, 0, 0]);
    expect([erfc(0), erfc(-40), erfc(40)]).toEqual([1, 2, 0]);
    expect(tCdf(-1.5, Infinity)).toBe(normalCdf(-1.5));
  });

  it("leaves out of Stirling's formula what the gamma function says", () => {
    for (let z = 1, factorial = 1; z <= 20; z++) {
      factorial *= z;
      const formula = (z + 0.5) * Math.log(z) - z + 0.5 * Math.log(2 * Math.PI);
      expect(stirlingError(z)).toBeCloseTo(Math.log(factorial) - formula, 13);
    }
  });

  it("refuses what is not a probability or a shape", () => {
    expect(() => normalQuantile(1.1)).toThrow(RangeError);
    expect(() => normalQuantile(Number.NaN)).toThrow(RangeError);
    expect(() => tQuantile(0.5, 0)).toThrow(RangeError);
    expect(() => tCdf(Number.NaN, 5)).toThrow(RangeError);
    expect(() => betaCdf(0.5, -1, 2)).toThrow(RangeError);
    expect(() => binomialPmf(1, 2, -0.1)).toThrow(RangeError);
  });

  it("inverts: the quantile of a probability has that probability", () => {
    const shape = fc.double({ min: 0.5, max: 5000, noNaN: true });
    const probability = fc.double({ min: 1e-9, max: 1 - 1e-9, noNaN: true });
    fc.assert(
      fc.property(probability, shape, (p, df) => {
        expect(Math.abs(tCdf(tQuantile(p, df), df) / p - 1)).toBeLessThan(1e-9);
      }),
      { seed: 1 },
    );
    fc.assert(
      fc.property(fc.double({ min: 1e-6, max: 0.6, noNaN: true }), shape, shape, (p, a, b) => {
        const x = betaQuantile(p, a, b);
        fc.pre(x < 0.999);
        expect(Math.abs(betaCdf(x, a, b) / p - 1)).toBeLessThan(1e-9);
      }),
      { seed: 1 },
    );
  });
});
