import fc from "fast-check";
import { expect, test } from "vitest";
import { sortedRows } from "../../src/comparison/sorted-rows.ts";

test("rows are sorted as a list of their values is, and those that are alike stay as they stand", () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 9 }), { maxLength: 200 }), (values) => {
      const compare = (left: number, right: number) => (values[left] ?? 0) - (values[right] ?? 0);
      const rows = values.map((_, row) => row);
      expect([...sortedRows(values.length, compare)]).toEqual(rows.sort(compare));
    }),
  );
});
