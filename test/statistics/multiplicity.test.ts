import fc from "fast-check";
import { expect, test } from "vitest";
import { benjaminiHochberg, holm } from "../../src/statistics/multiplicity.ts";

// The 15 p-values of Benjamini & Hochberg (1995), section 3.2.
const published = [
  0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459, 0.324, 0.4262, 0.5719, 0.6528,
  0.759, 1,
];

test("Holm keeps three of the published p-values and Benjamini-Hochberg four", () => {
  expect(holm(published).filter((p) => p <= 0.05)).toHaveLength(3);
  expect(benjaminiHochberg(published).filter((p) => p <= 0.05)).toHaveLength(4);
});

test("adjusted p-values are those of R", () => {
  // p.adjust(p, "holm"), p.adjust(p, "BH")
  const holmR = [0.0015, 0.0056, 0.0247, 0.114, 0.2211, 0.278, 0.278, 0.278, 0.3213, 1, 1, 1, 1, 1, 1];
  const bhR = [
    0.0015, 0.003, 0.0095, 0.035625, 0.0603, 0.0638571428571429, 0.0638571428571429, 0.0645, 0.0765, 0.486,
    0.581181818181818, 0.714875, 0.753230769230769, 0.813214285714286, 1,
  ];
  for (const [index, p] of holm(published).entries()) expect(p).toBeCloseTo(holmR[index] ?? Number.NaN, 12);
  for (const [index, p] of benjaminiHochberg(published).entries()) {
    expect(p).toBeCloseTo(bhR[index] ?? Number.NaN, 12);
  }
});

test("the order given is kept, with ties", () => {
  // p.adjust(c(.03, .01, .03, .2), "holm") and "BH"
  expect(holm([0.03, 0.01, 0.03, 0.2]).map((p) => p.toFixed(12))).toEqual(
    [0.09, 0.04, 0.09, 0.2].map((p) => p.toFixed(12)),
  );
  expect(benjaminiHochberg([0.03, 0.01, 0.03, 0.2]).map((p) => p.toFixed(12))).toEqual(
    [0.04, 0.04, 0.04, 0.2].map((p) => p.toFixed(12)),
  );
  expect(holm([])).toEqual([]);
  expect(benjaminiHochberg([])).toEqual([]);
});

test("an adjusted p-value is never below its own, above Bonferroni's, or out of order", () => {
  const pValues = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 30 });
  fc.assert(
    fc.property(pValues, (list) => {
      for (const adjusted of [holm(list), benjaminiHochberg(list)]) {
        for (const [index, p] of list.entries()) {
          const own = adjusted[index] ?? Number.NaN;
          expect(own).toBeGreaterThanOrEqual(p * (1 - 1e-12));
          expect(own).toBeLessThanOrEqual(Math.min(1, p * list.length) * (1 + 1e-12));
          for (const [other, q] of list.entries()) {
            if (p < q) expect(own).toBeLessThanOrEqual(adjusted[other] ?? Number.NaN);
          }
        }
      }
    }),
  );
});

test("what is no probability is refused", () => {
  expect(() => holm([0.1, Number.NaN])).toThrow(RangeError);
  expect(() => benjaminiHochberg([1.1])).toThrow(RangeError);
});
