import { describe, expect, test } from "vitest";
import {
  type BettingPlan,
  type BettingState,
  bettingLowerBound,
  bettingUpperBound,
  clusterDifference,
  initBetting,
  stepBetting,
} from "../../src/statistics/betting-process.ts";
import { type Random, seeded } from "../../src/statistics/random.ts";

const PLAN: BettingPlan = { margin: 0.03, alpha: 0.05, horizon: 687, futility: false };

/** A difference of two 0/1 scores: −1, 0 or 1, with the given mean and share of cases that differ. */
function draw(random: Random, mean: number, discordance: number): number {
  const chance = random.next();
  const wins = (discordance + mean) / 2;
  if (chance < wins) return 1;
  return chance < discordance ? -1 : 0;
}

function runOnce(plan: BettingPlan, mean: number, discordance: number, random: Random): BettingState {
  let state = initBetting(plan);
  while (state.verdict === "undecided") state = stepBetting(state, draw(random, mean, discordance));
  return state;
}

function simulate(plan: BettingPlan, mean: number, discordance: number, runs: number) {
  const random = seeded(`betting ${plan.horizon} ${plan.futility} ${mean} ${discordance}`);
  const ends = Array.from({ length: runs }, () => runOnce(plan, mean, discordance, random));
  const share = (verdict: BettingState["verdict"]) =>
    ends.filter((state) => state.verdict === verdict).length / runs;
  const used = ends.reduce((sum, { seen }) => sum + seen, 0) / runs / plan.horizon;
  return { safe: share("safe"), unsafe: share("unsafe"), futile: share("futile"), used };
}

/** Three standard errors of a share near 5 % above 5 %. */
const limit = (runs: number) => 0.05 + 3 * Math.sqrt((0.05 * 0.95) / runs);

describe("the chance of a false word, by seeded simulation", () => {
  test.each([
    [687, 0.1],
    [300, 0.031],
  ])("of safe at a loss equal to the margin is at most 5 %% (horizon %i, discordance %d)", (horizon, d) => {
    const { safe } = simulate({ ...PLAN, horizon }, -0.03, d, 2000);
    expect(safe).toBeLessThanOrEqual(limit(2000));
    expect(safe).toBeGreaterThan(0.02); // so near to the limit that a broken simulation would show
  });

  test("of unsafe at a loss equal to the margin is at most 5 %", () => {
    const { unsafe } = simulate(PLAN, -0.03, 0.1, 2000);
    expect(unsafe).toBeLessThanOrEqual(limit(2000));
  });

  test("of safe stays so with futility, which only stops early", () => {
    const { safe, used } = simulate({ ...PLAN, futility: true }, -0.03, 0.1, 2000);
    expect(safe).toBeLessThanOrEqual(limit(2000));
    expect(used).toBeLessThan(0.8);
  });
});

describe("what it costs and finds (published with the method: power .743 and 76 % of the cases at no loss)", () => {
  test("equal models are found safe about three times in four, with a quarter of the cases saved", () => {
    const { safe, unsafe, used } = simulate(PLAN, 0, 0.1, 2000);
    expect(Math.abs(safe - 0.743)).toBeLessThan(0.035);
    expect(Math.abs(used - 0.76)).toBeLessThan(0.03);
    expect(unsafe).toBeLessThan(0.01);
  });

  test("a loss of ten points is found unsafe always, with about a third of the cases", () => {
    const { unsafe, used } = simulate(PLAN, -0.1, 0.1, 500);
    expect(unsafe).toBeGreaterThan(0.99);
    expect(used).toBeLessThan(0.45);
  });
});

describe("the process", () => {
  test("written as JSON and read back at any moment goes on to the same end", () => {
    const random = seeded(3);
    const differences = Array.from({ length: 687 }, () => draw(random, 0.02, 0.2));
    let whole = initBetting(PLAN);
    let stored = initBetting(PLAN);
    for (const difference of differences) {
      whole = stepBetting(whole, difference);
      stored = stepBetting(JSON.parse(JSON.stringify(stored)), difference);
      expect(stored).toEqual(whole);
    }
  });

  test("keeps a verdict that it has reached", () => {
    let state = initBetting({ ...PLAN, horizon: 50 });
    while (state.verdict === "undecided") state = stepBetting(state, -1);
    expect(state.verdict).toBe("unsafe");
    expect(stepBetting(state, 1)).toBe(state);
  });

  test("that reaches its horizon undecided is exhausted, not safe", () => {
    let state = initBetting({ ...PLAN, horizon: 10 });
    for (let at = 0; at < 10; at += 1) state = stepBetting(state, 0);
    expect(state.verdict).toBe("exhausted");
  });

  test.each([
    [{ ...PLAN, margin: 1 }],
    [{ ...PLAN, alpha: 0 }],
    [{ ...PLAN, horizon: 0 }],
    [{ ...PLAN, horizon: 2.5 }],
  ])("refuses a plan that is none: %j", (plan) => {
    expect(() => initBetting(plan)).toThrow(RangeError);
  });

  test.each([Number.NaN, 1.1, -1.1])("refuses the difference %d", (difference) => {
    expect(() => stepBetting(initBetting(PLAN), difference)).toThrow(RangeError);
  });
});

test("a cluster as one unit keeps the null hypothesis of its cases", () => {
  expect(clusterDifference({ meanDifference: -0.03, size: 3, largest: 10, margin: 0.03 })).toBeCloseTo(
    -0.03,
    15,
  );
  expect(clusterDifference({ meanDifference: 0.5, size: 10, largest: 10, margin: 0.03 })).toBeCloseTo(
    0.5,
    15,
  );
});

test("the bounds at the end enclose the observed mean, mirror each other, and agree with the verdict", () => {
  const random = seeded(11);
  const differences = Array.from({ length: 300 }, () => draw(random, 0.05, 0.2));
  const mean = differences.reduce((sum, difference) => sum + difference, 0) / differences.length;
  const evidence = { differences, alpha: 0.05, horizon: 300, step: 0.01 };
  const lower = bettingLowerBound(evidence);
  const upper = bettingUpperBound(evidence);
  expect(lower).toBeLessThan(mean);
  expect(upper).toBeGreaterThan(mean);
  const mirrored = { ...evidence, differences: differences.map((difference) => -difference) };
  expect(bettingLowerBound(mirrored)).toBeCloseTo(-upper, 12);
  let state = initBetting({ margin: -lower, alpha: 0.05, horizon: 300, futility: false });
  for (const difference of differences) state = stepBetting(state, difference);
  expect(state.verdict).toBe("safe");
});
