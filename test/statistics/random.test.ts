import { expect, test } from "vitest";
import {
  hashSeed,
  sampleIndex,
  sampleNormal,
  seeded,
  shuffle,
  xoshiro128,
} from "../../src/statistics/random.ts";

test("the generator gives the words of the reference implementation", () => {
  // Worked out apart in Python from the published C code, state {1, 2, 3, 4}.
  const next = xoshiro128([1, 2, 3, 4]);
  expect([next(), next(), next(), next(), next()]).toEqual([11520, 0, 5927040, 70819200, 2031721883]);
});

test("a seed gives the same numbers for ever", () => {
  const random = seeded("evals");
  expect([random.next(), random.next(), random.next()]).toEqual([
    0.7093357349996372, 0.8020610118587042, 0.3703522335029651,
  ]);
  expect(hashSeed("")).toBe(2872998923);
  expect(shuffle([0, 1, 2, 3, 4, 5, 6, 7], seeded(7))).toEqual([7, 5, 4, 6, 2, 3, 1, 0]);
});

test("a number and its text are one seed, and different seeds are different streams", () => {
  expect(seeded(42).next()).toBe(seeded("42").next());
  const firsts = Array.from({ length: 1000 }, (_, seed) => seeded(seed).next());
  expect(new Set(firsts).size).toBe(1000);
  expect(Math.abs(firsts.reduce((sum, first) => sum + first, 0) / 1000 - 0.5)).toBeLessThan(0.04);
});

test("numbers are uniform in [0, 1) by a chi-squared test over 20 bins", () => {
  const random = seeded(1);
  const bins = new Array<number>(20).fill(0);
  for (let draw = 0; draw < 100_000; draw += 1) {
    const value = random.next();
    expect(value >= 0 && value < 1).toBe(true);
    const bin = Math.floor(value * 20);
    bins[bin] = (bins[bin] ?? 0) + 1;
  }
  const chiSquared = bins.reduce((sum, count) => sum + (count - 5000) ** 2 / 5000, 0);
  expect(chiSquared).toBeLessThan(43.8); // qchisq(.999, 19)
});

test("a shuffle keeps every item, leaves its input alone, and gives each order its share", () => {
  const items = ["a", "b", "c"] as const;
  const random = seeded("orders");
  const seen = new Map<string, number>();
  for (let draw = 0; draw < 12_000; draw += 1) {
    const order = shuffle(items, random).join("");
    seen.set(order, (seen.get(order) ?? 0) + 1);
  }
  expect([...seen.keys()].sort()).toEqual(["abc", "acb", "bac", "bca", "cab", "cba"]);
  for (const count of seen.values()) expect(Math.abs(count - 2000)).toBeLessThan(165); // 4 sd
  expect(items).toEqual(["a", "b", "c"]);
  expect(shuffle([], random)).toEqual([]);
});

test("an index stays below its bound", () => {
  const random = seeded(3);
  const indices = Array.from({ length: 500 }, () => sampleIndex(3, random));
  expect(new Set(indices)).toEqual(new Set([0, 1, 2]));
});

test("normal numbers have mean 0, variance 1 and normal tails", () => {
  const random = seeded("normal");
  const draws = Array.from({ length: 50_000 }, () => sampleNormal(random));
  const mean = draws.reduce((sum, draw) => sum + draw, 0) / draws.length;
  const square = draws.reduce((sum, draw) => sum + draw * draw, 0) / draws.length;
  const tail = draws.filter((draw) => draw > 1.959964).length / draws.length;
  expect(Math.abs(mean)).toBeLessThan(0.018);
  expect(Math.abs(square - 1)).toBeLessThan(0.026);
  expect(Math.abs(tail - 0.025)).toBeLessThan(0.0028);
});

test("a seed that is no number is refused", () => {
  expect(() => seeded(Number.NaN)).toThrow(RangeError);
});
