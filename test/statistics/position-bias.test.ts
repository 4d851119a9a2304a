import { expect, test } from "vitest";
import { type BothOrders, evenOdds, positionBias } from "../../src/statistics/position-bias.ts";

const times = (count: number, pair: BothOrders): readonly BothOrders[] =>
  Array.from({ length: count }, () => pair);
const sure = { one: "first", swapped: "second" } as const;
const alwaysFirst = { one: "first", swapped: "first" } as const;
const alwaysSecond = { one: "second", swapped: "second" } as const;

test("a judge that goes by the answers alone is consistent and has no bias", () => {
  const bias = positionBias([...times(30, sure), ...times(10, { one: "tie", swapped: "tie" })], 0.95);
  expect(bias).toMatchObject({
    consistency: { estimate: 1 },
    firstWins: 0.5,
    leansFirst: 0,
    leansSecond: 0,
    p: 1,
  });
});
test("a judge that always names the first place is never consistent", () => {
  const bias = positionBias(times(10, alwaysFirst), 0.95);
  expect(bias).toMatchObject({ consistency: { estimate: 0 }, firstWins: 1, leansFirst: 10 });
  expect(bias?.p).toBeCloseTo(2 * 0.5 ** 10, 12);
});
test("half a lean counts as one, with half its weight in the share", () => {
  const bias = positionBias([{ one: "first", swapped: "tie" }], 0.95);
  expect(bias).toMatchObject({ firstWins: 0.75, leansFirst: 1, leansSecond: 0 });
  expect(bias?.p).toBeCloseTo(1, 12);
});
test("no pair is no bias that could be told", () => {
  expect(positionBias([], 0.95)).toBeUndefined();
});
test.each([
  // R: binom.test(7, 8)$p.value, binom.test(2, 14)$p.value, binom.test(5, 10)$p.value
  [7, 1, 0.0703125],
  [2, 12, 0.01293945],
  [5, 5, 1],
])("%d to %d has the exact binomial p %d", (one, other, p) => {
  expect(evenOdds(one, other)).toBeCloseTo(p, 7);
});
test("leans either way balance", () => {
  const bias = positionBias([...times(6, alwaysFirst), ...times(6, alwaysSecond), ...times(8, sure)], 0.95);
  expect(bias).toMatchObject({
    firstWins: 0.5,
    leansFirst: 6,
    leansSecond: 6,
    p: 1,
    consistency: { estimate: 0.4 },
  });
});
