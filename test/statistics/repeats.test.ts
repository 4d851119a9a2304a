import { describe, expect, test } from "vitest";
import { flakyCases, noiseFloor, passAtK, passHatK } from "../../src/statistics/repeats.ts";

/** All subsets of size k of n samples of which the first c are right: the definition, by counting. */
function shareOfSubsets(n: number, c: number, k: number, accept: (right: number) => boolean): number {
  let total = 0;
  let accepted = 0;
  for (let mask = 0; mask < 1 << n; mask += 1) {
    const chosen = Array.from({ length: n }, (_, at) => at).filter((at) => (mask >> at) & 1);
    if (chosen.length !== k) continue;
    total += 1;
    if (accept(chosen.filter((at) => at < c).length)) accepted += 1;
  }
  return accepted / total;
}

describe("pass@k and pass^k", () => {
  test("are the exact fractions", () => {
    expect(passAtK(10, 3, 5)).toBeCloseTo(11 / 12, 14);
    expect(passAtK(200, 13, 1)).toBeCloseTo(13 / 200, 14);
    expect(passHatK(5, 4, 3)).toBeCloseTo(2 / 5, 14);
    expect(passHatK(8, 6, 4)).toBeCloseTo(3 / 14, 14);
  });

  test("equal the share of all subsets, for every n up to 8", () => {
    for (let n = 1; n <= 8; n += 1) {
      for (let c = 0; c <= n; c += 1) {
        for (let k = 1; k <= n; k += 1) {
          expect(passAtK(n, c, k)).toBeCloseTo(
            shareOfSubsets(n, c, k, (right) => right > 0),
            12,
          );
          expect(passHatK(n, c, k)).toBeCloseTo(
            shareOfSubsets(n, c, k, (right) => right === k),
            12,
          );
        }
      }
    }
  });

  test("are both the pass rate at k = 1 and stay finite for many samples", () => {
    expect(passAtK(7, 2, 1)).toBeCloseTo(passHatK(7, 2, 1), 14);
    expect(passAtK(100_000, 1, 50_000)).toBeCloseTo(0.5, 9);
    expect(passHatK(100_000, 99_999, 50_000)).toBeCloseTo(0.5, 9);
  });

  test("refuse fewer samples than k, and counts that are none", () => {
    expect(() => passAtK(3, 3, 4)).toThrow(RangeError);
    expect(() => passHatK(3, 3, 4)).toThrow(RangeError);
    expect(() => passAtK(3, 4, 1)).toThrow(RangeError);
    expect(() => passHatK(3, 1.5, 1)).toThrow(RangeError);
    expect(() => passAtK(3, 1, 0)).toThrow(RangeError);
  });
});

describe("the noise floor", () => {
  test("is the share of sample pairs that disagree", () => {
    // Pairs that differ: 3 of 6, 0 of 6, 0 of 1.
    const cases = [
      { correct: 1, repeats: 4 },
      { correct: 4, repeats: 4 },
      { correct: 0, repeats: 2 },
    ];
    expect(noiseFloor(cases)).toBeCloseTo(1 / 6, 14);
  });

  test("is unknown, not zero, when nothing was repeated", () => {
    expect(noiseFloor([{ correct: 1, repeats: 1 }])).toBeUndefined();
    expect(noiseFloor([])).toBeUndefined();
  });

  test("names the cases that flip", () => {
    const cases = [
      { id: "steady", correct: 3, repeats: 3 },
      { id: "flaky", correct: 2, repeats: 3 },
      { id: "hopeless", correct: 0, repeats: 3 },
    ];
    expect(flakyCases(cases).map(({ id }) => id)).toEqual(["flaky"]);
  });
});
