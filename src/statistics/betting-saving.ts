import { type BettingState, initBetting, stepBetting } from "./betting-process.ts";
import { type Random, seeded } from "./random.ts";

/** A margin that may be decided early, of models that are equally good. */
export interface SavingPlan {
  readonly margin: number;
  /** Chance of a false `safe`. */
  readonly alpha: number;
  /** Planned cases. */
  readonly horizon: number;
  /** Mean squared difference of a case: the share of cases on which right-or-wrong answers differ. */
  readonly discordance: number;
}

/** What stopping early does to it, on average. */
export interface Saving {
  /** Cases taken, of those planned. */
  readonly share: number;
  /** Chance of `safe`. */
  readonly power: number;
}

/** Steps of all simulated runs together, about: a fraction of a second. */
const STEPS = 400_000;
const FEWEST_RUNS = 40;
const MOST_RUNS = 1000;

/** By seeded simulation: a standard error of 1.5 points of power below 600 cases, of 8 at 10,000 and beyond. */
export function bettingSaving(plan: SavingPlan): Saving {
  const { horizon, margin, alpha, discordance } = plan;
  const runs = Math.round(Math.min(MOST_RUNS, Math.max(FEWEST_RUNS, STEPS / horizon)));
  const random = seeded(`saving ${margin} ${alpha} ${horizon} ${discordance}`);
  let taken = 0;
  let safe = 0;
  for (let run = 0; run < runs; run += 1) {
    const end = simulated(plan, random);
    taken += end.seen;
    if (end.verdict === "safe") safe += 1;
  }
  return { share: taken / runs / horizon, power: safe / runs };
}

function simulated({ margin, alpha, horizon, discordance }: SavingPlan, random: Random): BettingState {
  let state = initBetting({ margin, alpha, horizon, futility: true });
  while (state.verdict === "undecided") {
    const chance = random.next();
    const difference = chance >= discordance ? 0 : chance < discordance / 2 ? 1 : -1;
    state = stepBetting(state, difference);
  }
  return state;
}
