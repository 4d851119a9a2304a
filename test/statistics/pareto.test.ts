import fc from "fast-check";
import { expect, test } from "vitest";
import { paretoFront } from "../../src/statistics/pareto.ts";

test("a model that is worse and dearer than another is not on the front", () => {
  const points = [
    [0.9, 10],
    [0.8, 2],
    [0.79, 3],
    [0.5, 1],
    [0.9, 12],
  ];
  expect(paretoFront(points, ["higher", "lower"])).toEqual([0, 1, 3]);
});

test("equal points stay together, and one point is a front", () => {
  const twice = [
    [1, 1],
    [1, 1],
  ];
  expect(paretoFront(twice, ["higher", "higher"])).toEqual([0, 1]);
  expect(paretoFront([[3]], ["lower"])).toEqual([0]);
  expect(paretoFront([], ["lower"])).toEqual([]);
});

test("whatever is off the front is dominated by something on it", () => {
  const triple = fc.tuple(
    fc.integer({ max: 4, min: 0 }),
    fc.integer({ max: 4, min: 0 }),
    fc.integer({ max: 4, min: 0 }),
  );
  fc.assert(
    fc.property(fc.array(triple, { minLength: 1, maxLength: 25 }), (points) => {
      const front = paretoFront(points, ["higher", "higher", "lower"]);
      const dominates = (a: readonly number[], b: readonly number[]) =>
        [0, 1, 2].every((d) => (d === 2 ? -1 : 1) * ((a[d] ?? 0) - (b[d] ?? 0)) >= 0) &&
        String(a) !== String(b);
      for (const [index, point] of points.entries()) {
        const beaten = front.some((at) => dominates(points[at] ?? [], point));
        expect(beaten).toBe(!front.includes(index));
      }
    }),
  );
});

test("a missing or NaN dimension is a bug, not a bad score", () => {
  expect(() => paretoFront([[1, 2], [1]], ["higher", "lower"])).toThrow(RangeError);
  expect(() => paretoFront([[Number.NaN]], ["higher"])).toThrow(RangeError);
});
