import { expect, test } from "vitest";
import { bettingSaving } from "../../src/statistics/betting-saving.ts";

const PLAN = { margin: 0.03, alpha: 0.05, horizon: 687, discordance: 0.1 };

test("equal models are found safe about as often, for two thirds of the cases, as was published with the method", () => {
  const { share, power } = bettingSaving(PLAN);
  // Published with futility: .724 and .67 at 687 cases, .751 and .67 at 1,374 with a discordance of .2.
  expect(Math.abs(power - 0.724)).toBeLessThan(0.06);
  expect(Math.abs(share - 0.67)).toBeLessThan(0.03);
  const large = bettingSaving({ ...PLAN, horizon: 1374, discordance: 0.2 });
  expect(Math.abs(large.power - 0.751)).toBeLessThan(0.09);
  expect(Math.abs(large.share - 0.67)).toBeLessThan(0.05);
});

test("more cases are a smaller share of them, and the same plan always gives the same figures", () => {
  expect(bettingSaving({ ...PLAN, horizon: 2000 }).share).toBeLessThan(bettingSaving(PLAN).share - 0.1);
  expect(bettingSaving(PLAN)).toEqual(bettingSaving(PLAN));
});
