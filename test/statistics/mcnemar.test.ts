import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { mcnemarExact, mcnemarMidP } from "../../src/statistics/mcnemar.ts";

const reference: { readonly mcnemar: readonly (readonly [number, number, number, number])[] } = JSON.parse(
  readFileSync(new URL("./reference/intervals.json", import.meta.url), "utf8"),
);

describe("McNemar's test", () => {
  it("agrees with R in its exact form", () => {
    for (const [more, fewer, twoSided, oneSided] of reference.mcnemar) {
      expect(mcnemarExact(more, fewer).twoSided / twoSided).toBeCloseTo(1, 10);
      expect(mcnemarExact(more, fewer).oneSided / oneSided).toBeCloseTo(1, 10);
    }
  });

  it("reproduces the published p-values of Cavo 2012", () => {
    expect(mcnemarExact(16, 6).twoSided.toFixed(6)).toBe("0.052479");
    expect(mcnemarMidP(16, 6).twoSided.toFixed(6)).toBe("0.034690");
  });

  it("counts half of what was observed in its mid-p form", () => {
    expect(mcnemarMidP(2, 0).oneSided).toBeCloseTo(0.125, 14);
    expect(mcnemarMidP(0, 2).oneSided).toBeCloseTo(0.875, 14);
    expect(mcnemarMidP(1, 1).oneSided).toBeCloseTo(0.5, 14);
    expect(mcnemarMidP(1, 1).twoSided).toBeCloseTo(0.75, 14);
    expect(mcnemarMidP(16, 6).oneSided * 2).toBeCloseTo(mcnemarMidP(16, 6).twoSided, 14);
  });

  it("finds nothing where nothing differs", () => {
    expect(mcnemarExact(0, 0)).toEqual({ oneSided: 1, twoSided: 1 });
    expect(mcnemarMidP(0, 0)).toEqual({ oneSided: 1, twoSided: 1 });
  });
});
