import type { Claim } from "../domain/suite.ts";
import { clusterDifference, initBetting, stepBetting } from "../statistics/betting-process.ts";
import { initDataset, stepDataset } from "../statistics/dataset-betting.ts";
import type { Levels, RuleState } from "./rules.ts";

/** A unit's mean difference with what is missing at its worst for `safe` (low) and for `unsafe` (high). */
export interface UnitDifference {
  readonly low: number;
  readonly high: number;
  /** Cases of the unit. */
  readonly size: number;
}

/** `given-up`: neither word is in reach any more. */
export type WatchState = RuleState | "given-up";

/** A margin on its way to a verdict. */
export interface MarginWatch {
  take(unit: UnitDifference): void;
  state(): WatchState;
}

/** What a margin is watched with; fixed before the first unit. */
export interface MarginPlan {
  readonly margin: number;
  readonly levels: Levels;
  readonly claim: Claim;
  /** The most units that there will be. */
  readonly units: number;
  /** Cases of the largest unit. */
  readonly largest: number;
}

interface Bets {
  readonly take: (difference: number) => void;
  readonly verdict: () => string;
}

/**
 * Two processes, one for each word: what is missing counts against `safe` in the one and against `unsafe` in the
 * other, and each has its own share of the error.
 */
export function watchMargin(plan: MarginPlan): MarginWatch {
  const forSafe = startBets(plan, 1 - plan.levels.safe);
  const forUnsafe = startBets(plan, 1 - plan.levels.unsafe);
  return {
    take: ({ low, high, size }) => {
      forSafe.take(onScale(low, size, plan));
      forUnsafe.take(onScale(high, size, plan));
    },
    state: () => {
      if (forSafe.verdict() === "safe") return "held";
      if (forUnsafe.verdict() === "unsafe") return "broken";
      const isOpen = [forSafe, forUnsafe].some(({ verdict }) => verdict() === "undecided");
      return isOpen ? "undecided" : "given-up";
    },
  };
}

function onScale(meanDifference: number, size: number, { largest, margin }: MarginPlan): number {
  const scaled = clusterDifference({ meanDifference, size, largest, margin });
  // Rounding may leave the scale by a last digit.
  return Math.max(-1, Math.min(1, scaled));
}

function startBets({ margin, units, claim }: MarginPlan, alpha: number): Bets {
  if (claim === "dataset") {
    let state = initDataset({ margin, alpha, size: units });
    return {
      take: (difference) => {
        state = stepDataset(state, difference);
      },
      verdict: () => state.verdict,
    };
  }
  let state = initBetting({ margin, alpha, horizon: units, futility: true });
  return {
    take: (difference) => {
      state = stepBetting(state, difference);
    },
    verdict: () => state.verdict,
  };
}
