import fc from "fast-check";
import { expect, test } from "vitest";
import { countWhere } from "../../src/statistics/numbers.ts";
import { packedNumbers } from "../../src/statistics/packed-numbers.ts";

/** Longer than two stretches, each filled in its own way. */
const LENGTH = 20_000;
const fillings: readonly ((row: number) => number)[] = [
  () => Number.NaN,
  (row) => row % 3,
  (row) => (row % 5 === 0 ? Number.NaN : row),
  (row) => row / 7,
  (row) => (row % 2 === 0 ? 0 : -0),
  (row) => (row % 300 === 0 ? Number.POSITIVE_INFINITY : row % 300),
  (row) => 2 ** 24 + row,
];

test("a column gives every number back to the bit, whatever stands beside it", () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...fillings), { minLength: 3, maxLength: 3 }), (chosen) => {
      const column = packedNumbers();
      const values = Array.from({ length: LENGTH }, (_, row) => chosen[Math.floor(row / 7000)]?.(row) ?? 0);
      for (const value of values) column.push(value);
      expect(column.length).toBe(LENGTH);
      const wrong = values.findIndex((value, row) => !Object.is(column.at(row), value));
      expect(wrong).toBe(-1);
      expect(column.at(LENGTH)).toBeNaN();
      expect(column.at(-1)).toBeNaN();
      expect(countWhere(column, Number.isNaN)).toBe(values.filter(Number.isNaN).length);
    }),
    { numRuns: 40 },
  );
});
