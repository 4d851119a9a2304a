import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { cr2, cr2OfGroups } from "../../src/statistics/clustered-mean.ts";

const reference: {
  readonly values: readonly number[];
  readonly clusters: readonly number[];
  readonly cr2: readonly [number, number, number];
} = JSON.parse(readFileSync(new URL("./reference/intervals.json", import.meta.url), "utf8"));

describe("the cluster-robust mean", () => {
  it("equals the definition by matrices, computed in R", () => {
    const fit = cr2({ values: reference.values, clusters: reference.clusters.map(String) });
    const [mean, se, df] = reference.cr2;
    expect(fit?.mean).toBeCloseTo(mean, 13);
    expect(fit?.se).toBeCloseTo(se, 13);
    expect(fit?.df).toBeCloseTo(df, 11);
    expect(fit?.groups).toBe(6);
  });

  it("is the plain mean with sd/sqrt(n) and n - 1 when every case is its own cluster", () => {
    const { values } = reference;
    const plain = cr2({ values, clusters: undefined });
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1);
    expect(plain?.se).toBeCloseTo(Math.sqrt(variance / values.length), 13);
    expect(plain?.df).toBeCloseTo(values.length - 1, 10);
    expect(cr2({ values, clusters: values.map((_, i) => `c${i}`) })).toEqual(plain);
    expect(cr2({ values, clusters: values.map(() => undefined) })).toEqual(plain);
  });

  it("does not depend on the order of the cases or on the names of the clusters", () => {
    const { values } = reference;
    const names = reference.clusters.map(String);
    const fit = cr2({ values, clusters: names });
    const backwards = cr2({
      values: values.toReversed(),
      clusters: names.toReversed().map((name) => `x${name}`),
    });
    expect(backwards?.mean).toBeCloseTo(fit?.mean ?? 0, 13);
    expect(backwards?.se).toBeCloseTo(fit?.se ?? 0, 13);
    expect(backwards?.df).toBeCloseTo(fit?.df ?? 0, 11);
  });

  it("says nothing from one cluster, and refuses what is no number or does not match", () => {
    expect(cr2({ values: [1, 2, 3], clusters: ["a", "a", "a"] })).toBeUndefined();
    expect(cr2({ values: [1], clusters: undefined })).toBeUndefined();
    expect(cr2OfGroups({ sizes: [], sums: [] })).toBeUndefined();
    expect(() => cr2({ values: [1, Number.NaN], clusters: undefined })).toThrow(RangeError);
    expect(() => cr2({ values: [1, 2], clusters: ["a"] })).toThrow(RangeError);
  });
});
