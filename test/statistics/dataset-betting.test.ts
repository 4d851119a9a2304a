import { describe, expect, test } from "vitest";
import {
  type DatasetPlan,
  type DatasetState,
  initDataset,
  stepDataset,
} from "../../src/statistics/dataset-betting.ts";
import { seeded, shuffle } from "../../src/statistics/random.ts";

const PLAN: DatasetPlan = { margin: 0.03, alpha: 0.05, size: 1000 };

/** A dataset of wins, losses and ties. */
function dataset(size: number, wins: number, losses: number): readonly number[] {
  return Array.from({ length: size }, (_, at) => (at < wins ? 1 : at < wins + losses ? -1 : 0));
}

function runOnce(plan: DatasetPlan, differences: readonly number[]): DatasetState {
  let state = initDataset(plan);
  for (const difference of differences) {
    state = stepDataset(state, difference);
    if (state.verdict !== "undecided") break;
  }
  return state;
}

function simulate(plan: DatasetPlan, differences: readonly number[], runs: number) {
  const random = seeded(`dataset ${JSON.stringify(plan)} ${differences.length}`);
  const ends = Array.from({ length: runs }, () => runOnce(plan, shuffle(differences, random)));
  const share = (verdict: DatasetState["verdict"]) =>
    ends.filter((state) => state.verdict === verdict).length / runs;
  const used = ends.reduce((sum, { seen }) => sum + seen, 0) / runs / plan.size;
  return { safe: share("safe"), unsafe: share("unsafe"), used };
}

/** Three standard errors of a share near 5 % above 5 %. */
const limit = (runs: number) => 0.05 + 3 * Math.sqrt((0.05 * 0.95) / runs);

describe("in a dataset whose loss is exactly the margin, by seeded simulation", () => {
  test.each([
    [1000, 35, 65, 0.03],
    [1000, 10, 40, 0.03],
    [300, 10, 19, 0.03],
    [100, 1, 4, 0.03],
    [100, 0, 3, 0.03],
    [40, 0, 4, 0.1],
    [30, 3, 6, 0.1],
  ])(
    "safe is said of at most 5 %% of orders (%i cases, %i wins, %i losses)",
    (size, wins, losses, margin) => {
      const { safe } = simulate({ ...PLAN, size, margin }, dataset(size, wins, losses), 2000);
      expect(safe).toBeLessThanOrEqual(limit(2000));
    },
  );

  test.each([
    [1000, 35, 65, 0.03],
    [100, 1, 4, 0.03],
    [40, 0, 4, 0.1],
  ])(
    "unsafe is said of at most 5 %% of orders (%i cases, %i wins, %i losses)",
    (size, wins, losses, margin) => {
      const { unsafe } = simulate({ ...PLAN, size, margin }, dataset(size, wins, losses), 2000);
      expect(unsafe).toBeLessThanOrEqual(limit(2000));
    },
  );

  test("the limit is nearly used, so that a broken simulation would show", () => {
    const { safe } = simulate(PLAN, dataset(1000, 35, 65), 2000);
    expect(safe).toBeGreaterThan(0.005);
  });

  test("graded scores keep the limit too", () => {
    const random = seeded(5);
    const noise = Array.from({ length: 200 }, () => random.next() - 0.5);
    const mean = noise.reduce((sum, value) => sum + value, 0) / noise.length;
    const differences = noise.map((value) => value - mean - PLAN.margin);
    const { safe, unsafe } = simulate({ ...PLAN, size: 200 }, differences, 2000);
    expect(safe).toBeLessThanOrEqual(limit(2000));
    expect(unsafe).toBeLessThanOrEqual(limit(2000));
  });
});

describe("what it costs and finds (published with the method: 31 % to 61 % of 1,000 cases at no loss)", () => {
  test.each([
    [0.05, 0.31],
    [0.1, 0.39],
    [0.2, 0.53],
    [0.3, 0.61],
  ])(
    "equal models that differ on a share of %d are safe after about %d of the cases",
    (differ, published) => {
      const each = (1000 * differ) / 2;
      const { safe, used } = simulate(PLAN, dataset(1000, each, each), 400);
      expect(safe).toBeGreaterThan(0.99);
      expect(Math.abs(used - published)).toBeLessThan(0.04);
    },
  );

  test("a loss of ten points is unsafe after less than half of the cases", () => {
    const { unsafe, used } = simulate(PLAN, dataset(1000, 0, 100), 400);
    expect(unsafe).toBeGreaterThan(0.99);
    expect(used).toBeLessThan(0.5);
  });
});

describe("the process", () => {
  test("that has seen every unit knows the answer, but for a mean that is the bound itself", () => {
    const plan = { margin: 0.25, alpha: 0.001, size: 4 };
    expect(runOnce(plan, [0, 0, 0, 0]).verdict).toBe("safe");
    expect(runOnce(plan, [0, 0, 0, -1]).verdict).toBe("exhausted");
    expect(runOnce(plan, [0, 0, -1, -1]).verdict).toBe("unsafe");
  });

  test("is sure once the units to come cannot change it", () => {
    const state = runOnce({ margin: 0.5, alpha: 1e-9, size: 4 }, [1, 1, 0, 0]);
    expect(state).toMatchObject({ verdict: "safe", seen: 2 });
  });

  test("does not bet where all units to come would have to be the same", () => {
    // After one loss of ten at a margin of one in ten, the rest is safe only by what is still to be seen.
    const plan = { margin: 0.1, alpha: 0.05, size: 10 };
    const end = runOnce(plan, [-1, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
    expect(end).toMatchObject({ verdict: "exhausted", seen: 10 });
  });

  test("written as JSON and read back at any moment goes on to the same end", () => {
    const differences = shuffle(dataset(1000, 30, 60), seeded(3));
    let whole = initDataset(PLAN);
    let stored = initDataset(PLAN);
    for (const difference of differences) {
      whole = stepDataset(whole, difference);
      stored = stepDataset(JSON.parse(JSON.stringify(stored)), difference);
      expect(stored).toEqual(whole);
    }
  });

  test.each([
    [{ ...PLAN, margin: 1 }],
    [{ ...PLAN, alpha: 0 }],
    [{ ...PLAN, size: 0 }],
    [{ ...PLAN, size: 2.5 }],
  ])("refuses a plan that is none: %j", (plan) => {
    expect(() => initDataset(plan)).toThrow(RangeError);
  });

  test.each([Number.NaN, 1.1, -1.1])("refuses the difference %d", (difference) => {
    expect(() => stepDataset(initDataset(PLAN), difference)).toThrow(RangeError);
  });
});
