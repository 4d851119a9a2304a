import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type PairedInput, pairedComparison } from "../../src/statistics/paired-comparison.ts";

const unit = { lower: 0, upper: 1 };

/** Right-or-wrong cases by who was right. */
/** Cases in lists, to be looked at from either end. */
interface ListedInput extends PairedInput {
  readonly baseline: readonly number[];
  readonly candidate: readonly number[];
  readonly clusters: readonly (string | undefined)[] | undefined;
}

function binary(both: number, baselineOnly: number, candidateOnly: number, neither: number): ListedInput {
  const runs = [
    [both, 1, 1],
    [baselineOnly, 1, 0],
    [candidateOnly, 0, 1],
    [neither, 0, 0],
  ] as const;
  return {
    baseline: runs.flatMap(([count, before]) => Array.from({ length: count }, () => before)),
    candidate: runs.flatMap(([count, , after]) => Array.from({ length: count }, () => after)),
    binary: true,
    clusters: undefined,
    range: unit,
    confidence: 0.95,
    margin: 0.03,
  };
}

function graded(
  baseline: readonly number[],
  candidate: readonly number[],
  more: Partial<ListedInput> = {},
): ListedInput {
  return { ...binary(0, 0, 0, 0), baseline, candidate, binary: false, ...more };
}

const swap = (input: ListedInput): ListedInput => ({
  ...input,
  baseline: input.candidate,
  candidate: input.baseline,
});

describe("comparing right-or-wrong cases", () => {
  it("turns from inconclusive to safe at the 99th case without a difference, for a margin of 3 points", () => {
    const before = pairedComparison(binary(98, 0, 0, 0));
    const after = pairedComparison(binary(60, 0, 0, 39));
    expect(before.lower).toBeLessThanOrEqual(-0.03);
    expect(before.pNonInferior).toBeGreaterThan(0.05);
    expect(after.lower).toBeGreaterThan(-0.03);
    expect(after.pNonInferior).toBeLessThanOrEqual(0.05);
    expect(after).toMatchObject({ method: "exact", nonZero: 0, n: 99, pWorse: 1, warnings: [] });
  });

  it("counts who was right and shows the published interval of Cavo 2012", () => {
    const comparison = pairedComparison(binary(59, 16, 6, 80));
    expect(comparison.counts).toEqual({ both: 59, baselineOnly: 16, candidateOnly: 6, neither: 80 });
    expect(comparison.difference.lower).toBeCloseTo(-0.124, 4);
    expect(comparison.difference.upper).toBeCloseTo(-0.0054, 4);
    expect(comparison.pWorse).toBeCloseTo(0.03469 / 2, 6);
    expect(comparison.nonZero).toBe(22);
  });

  it("proves a gain with a negative loss ruled out, and a loss with an upper bound below the margin", () => {
    const better = pairedComparison(binary(70, 2, 20, 8));
    expect(better.lower).toBeGreaterThan(0.05);
    expect(better.provenMargin).toBe(-better.lower);
    const worse = pairedComparison(binary(70, 20, 2, 8));
    expect(worse.upper).toBeLessThan(-0.03);
    expect(worse.pInferior).toBeLessThan(0.05);
    expect(worse.pNonInferior).toBeGreaterThan(0.9);
    expect(worse.upper).toBeCloseTo(-better.lower, 6);
  });

  it("has bounds that agree with the tests at the margin", () => {
    const count = fc.integer({ min: 0, max: 25 });
    const margin = fc.constantFrom(0, 0.01, 0.03, 0.05, 0.1, 0.2);
    fc.assert(
      fc.property(count, count, count, margin, (same, losses, wins, asked) => {
        fc.pre(same + losses + wins > 0);
        const { lower, upper, pNonInferior, pInferior } = pairedComparison({
          ...binary(same, losses, wins, 0),
          margin: asked,
        });
        expect(lower > -asked).toBe((pNonInferior ?? 1) <= 1 - 0.95);
        expect(upper < -asked).toBe((pInferior ?? 1) <= 1 - 0.95);
        expect(lower).toBeLessThan(upper);
      }),
      { seed: 5, numRuns: 150 },
    );
  });

  it("takes the plain score above twenty thousand cases, with nearly the same bound", () => {
    const large = pairedComparison(binary(19_221, 400, 380, 0));
    const exact = pairedComparison(binary(19_220, 400, 380, 0));
    expect(large.method).toBe("tango");
    expect(exact.method).toBe("exact");
    expect(Math.abs(large.lower - exact.lower)).toBeLessThan(1e-4);
    expect(large.pNonInferior).toBeLessThan(1e-12);
  });

  it("goes by the clusters when cases share them, and not when each has its own", () => {
    const input = binary(80, 4, 2, 14);
    const own = input.baseline.map((_, index) => `case ${index}`);
    const shared = input.baseline.map((_, index) => `document ${index % 20}`);
    expect(pairedComparison({ ...input, clusters: own })).toEqual(pairedComparison(input));
    const clustered = pairedComparison({ ...input, clusters: shared });
    expect(clustered).toMatchObject({ method: "scaled-exact", units: 20 });
    expect(clustered.warnings).toContain("few-clusters");
    expect(clustered.counts).toEqual({ both: 80, baselineOnly: 4, candidateOnly: 2, neither: 14 });
  });
});

describe("comparing graded scores", () => {
  const baseline = Array.from({ length: 60 }, (_, i) => 0.5 + ((i * 7) % 11) / 40);
  const candidate = baseline.map((score, i) => score + (((i * 5) % 13) - 6) / 50);

  it("is nearly the t interval where differences are many, small and alike", () => {
    const many = Array.from({ length: 20 }, () => baseline).flat();
    const after = Array.from({ length: 20 }, () => candidate).flat();
    const { lower, upper, method, guarded, difference, units } = pairedComparison(
      graded(many, after, { margin: 0.1 }),
    );
    const differences = after.map((score, i) => score - (many[i] ?? 0));
    const mean = differences.reduce((sum, d) => sum + d, 0) / 1200;
    const se = Math.sqrt(differences.reduce((sum, d) => sum + (d - mean) ** 2, 0)) / 1200;
    expect(method).toBe("scaled-exact");
    expect(units).toBe(1200);
    expect(difference.estimate).toBeCloseTo(mean, 12);
    expect((mean - lower) / (1.6449 * se)).toBeGreaterThan(1);
    expect((mean - lower) / (1.6449 * se)).toBeLessThan(1.25);
    expect((upper - mean) / (1.6449 * se)).toBeLessThan(1.25);
    expect(guarded).toEqual({ safeWithoutGuard: true });
  });

  it("is the exact test of right-or-wrong cases when every repeat of a case is the same", () => {
    const once = binary(150, 6, 3, 41);
    const repeated = pairedComparison({ ...once, binary: false });
    const { lower, upper, pNonInferior, pInferior, pWorse, difference } = pairedComparison(once);
    expect(repeated).toMatchObject({ lower, upper, pNonInferior, pInferior });
    expect(repeated.pWorse).toBeCloseTo(pWorse, 12);
    expect(repeated.difference.lower).toBeCloseTo(difference.lower, 12);
  });

  it("needs as many clusters as it would need cases, when whole clusters may be lost", () => {
    const of = (clusters: number) => {
      const cases = Array.from({ length: 5 * clusters }, () => 1);
      const names = cases.map((_, index) => `document ${index % clusters}`);
      return pairedComparison(graded(cases, cases, { clusters: names, margin: 0.03 })).lower > -0.03;
    };
    expect([of(98), of(99)]).toEqual([false, true]);
  });

  it("counts clusters of unequal size by their effective number", () => {
    const cases = Array.from({ length: 100 }, () => 1);
    // One of 50 and fifty of 1: 100² / (50² + 50) = 3.9.
    const names = cases.map((_, index) => (index < 50 ? "large" : `own ${index}`));
    expect(pairedComparison(graded(cases, cases, { clusters: names })).units).toBe(3);
  });

  it("does not certify a few cases that do not differ, and says that the guard decided", () => {
    const same = Array.from({ length: 20 }, () => 0.8);
    const comparison = pairedComparison(graded(same, same, { margin: 0.05 }));
    expect(comparison.lower).toBeLessThan(-0.05);
    expect(comparison.guarded).toEqual({ safeWithoutGuard: true });
    expect(comparison.warnings).toEqual(["guard-decides"]);
    const many = Array.from({ length: 200 }, () => 0.8);
    expect(pairedComparison(graded(many, many, { margin: 0.05 })).lower).toBeGreaterThan(-0.05);
  });

  it("warns without a range when fewer than ten cases differ, and says nothing without any spread", () => {
    const costs = Array.from({ length: 30 }, () => 2);
    const few = pairedComparison(graded(costs, [3, ...costs.slice(1)], { range: undefined }));
    expect(few).toMatchObject({ method: "cr2-t", warnings: ["few-differences"], guarded: undefined });
    const none = pairedComparison(graded(costs, costs, { range: undefined }));
    expect(none).toMatchObject({ method: "insufficient", lower: -Infinity, upper: Infinity, pWorse: 1 });
  });

  it("is insufficient with one case or one cluster", () => {
    const one = pairedComparison(graded([0.5], [0.6]));
    expect(one).toMatchObject({
      method: "insufficient",
      lower: -1,
      upper: 1,
      provenMargin: 1,
      pNonInferior: 1,
    });
    const clusters = baseline.map(() => "all");
    expect(pairedComparison(graded(baseline, candidate, { clusters })).warnings).toContain("insufficient");
  });

  it("leaves out the tests at a margin when there is none", () => {
    for (const input of [binary(50, 2, 1, 3), graded(baseline, candidate)]) {
      const { pNonInferior, pInferior, guarded } = pairedComparison({ ...input, margin: undefined });
      expect([pNonInferior, pInferior, guarded]).toEqual([undefined, undefined, undefined]);
    }
  });

  it("refuses what is a bug", () => {
    expect(() => pairedComparison(graded([], []))).toThrow(RangeError);
    expect(() => pairedComparison(graded([1], [1, 0]))).toThrow(RangeError);
    expect(() => pairedComparison(graded([0.5], [1.5]))).toThrow(RangeError);
    expect(() => pairedComparison(graded([0.5], [Number.NaN]))).toThrow(RangeError);
    expect(() => pairedComparison({ ...binary(5, 0, 0, 0), margin: -0.1 })).toThrow(RangeError);
    expect(() => pairedComparison({ ...binary(5, 0, 0, 0), baseline: [0.5, 1, 1, 1, 1] })).toThrow(
      RangeError,
    );
    expect(() => pairedComparison({ ...binary(5, 0, 0, 0), confidence: 1 })).toThrow(RangeError);
  });
});

describe("every comparison", () => {
  const score = fc.integer({ min: 0, max: 4 }).map((k) => k / 4);
  const right = fc.constantFrom(0, 1);
  const cluster = fc.constantFrom(undefined, "a", "b", "c", "d");
  const of = (value: fc.Arbitrary<number>, isBinary: boolean, clustered: boolean) =>
    fc.array(fc.tuple(value, value, cluster), { minLength: 1, maxLength: 40 }).map(
      (cases): ListedInput => ({
        ...binary(0, 0, 0, 0),
        baseline: cases.map(([before]) => before),
        candidate: cases.map(([, after]) => after),
        clusters: clustered ? cases.map(([, , name]) => name) : undefined,
        binary: isBinary,
      }),
    );
  const inputs = fc.oneof(
    of(right, true, false),
    of(right, true, true),
    of(score, false, false),
    of(score, false, true),
  );

  it("mirrors when the models change places", () => {
    fc.assert(
      fc.property(inputs, (input) => {
        const plain = pairedComparison({ ...input, margin: undefined });
        const mirror = pairedComparison({ ...swap(input), margin: undefined });
        expect(mirror.lower).toBeCloseTo(-plain.upper, 6);
        expect(mirror.difference.lower).toBeCloseTo(-plain.difference.upper, 9);
        expect(mirror.difference.estimate).toBeCloseTo(-plain.difference.estimate, 12);
      }),
      { seed: 7, numRuns: 150 },
    );
  });

  it("does not depend on the order of the cases or the names of the clusters", () => {
    fc.assert(
      fc.property(inputs, (input) => {
        const plain = pairedComparison(input);
        const other = pairedComparison({
          ...input,
          baseline: input.baseline.toReversed(),
          candidate: input.candidate.toReversed(),
          clusters: input.clusters?.toReversed().map((name) => (name === undefined ? undefined : `${name}!`)),
        });
        expect(other.lower).toBeCloseTo(plain.lower, 9);
        expect(other.pNonInferior).toBeCloseTo(plain.pNonInferior ?? 0, 9);
        expect(other.pWorse).toBeCloseTo(plain.pWorse, 9);
      }),
      { seed: 8, numRuns: 150 },
    );
  });

  it("holds its estimate, and is wider at a higher confidence", () => {
    fc.assert(
      fc.property(inputs, (input) => {
        const { difference, lower, upper } = pairedComparison(input);
        expect(difference.upper).toBeGreaterThan(difference.lower);
        expect(difference.estimate).toBeGreaterThanOrEqual(difference.lower);
        expect(difference.estimate).toBeLessThanOrEqual(difference.upper);
        const stricter = pairedComparison({ ...input, confidence: 0.99 });
        expect(stricter.lower).toBeLessThanOrEqual(lower + 1e-6);
        expect(stricter.upper).toBeGreaterThanOrEqual(upper - 1e-6);
      }),
      { seed: 9, numRuns: 150 },
    );
  });
});
