import type { Rule } from "../domain/suite.ts";
import type { PlannedRule } from "../statistics/decision-power.ts";
import type { GatePlanInput, PlannedStatement, RuleCases } from "./gate-plan.ts";
import {
  type PilotVariance,
  type PlannedRepeats,
  pilotVariance,
  plannedVariance,
  tellsRepeats,
} from "./planned-variance.ts";
import { isWhere } from "./rules.ts";

/** Share of cases that differ where nothing is known: the middle of what stored runs of near models show. */
export const ASSUMED_DISCORDANCE = 0.15;

/** How much two models are taken to differ, and how that is tested. */
export interface Guess {
  readonly method: PlannedRule["method"];
  readonly differ: number;
  readonly source: PlannedStatement["source"];
  readonly pairs: number | undefined;
  readonly repeatsUnknown: boolean;
  /** What to plan with at other repeats. */
  readonly variants: readonly (readonly [repeats: number, method: PlannedRule["method"], differ: number])[];
}

const REPEATS = [1, 3, 5, 10];

/** From the share that the user gives, else from a pilot, else assumed. */
export function guessOf(given: {
  readonly input: GatePlanInput;
  readonly candidate: string;
  readonly rule: Rule;
  readonly own: RuleCases;
}): Guess {
  const { input, candidate, own } = given;
  const repeats = {
    baseline: input.repeats.get(input.policy.baseline) ?? 1,
    candidate: input.repeats.get(candidate) ?? 1,
  };
  const once = ({ baseline, candidate: other }: PlannedRepeats) => baseline === 1 && other === 1;
  const methodOf = (asked: PlannedRepeats, graded: boolean) =>
    once(asked) && !graded && !own.clustered ? "exact" : "scaled-exact";
  const pilot = input.discordance === undefined ? pilotOf(given) : undefined;
  if (pilot === undefined) {
    return {
      method: methodOf(repeats, false),
      differ: input.discordance ?? ASSUMED_DISCORDANCE,
      source: input.discordance === undefined ? "assumed" : "given",
      pairs: undefined,
      repeatsUnknown: !once(repeats),
      variants: [],
    };
  }
  const others = REPEATS.map((count) => ({ baseline: count, candidate: count }));
  return {
    method: methodOf(repeats, pilot.graded),
    differ: plannedVariance(pilot, repeats),
    source: "pilot",
    pairs: pilot.pairs,
    repeatsUnknown: !tellsRepeats(pilot, repeats),
    variants: others.every((asked) => tellsRepeats(pilot, asked))
      ? others.map((asked) => [asked.baseline, methodOf(asked, pilot.graded), plannedVariance(pilot, asked)])
      : [],
  };
}

/** Fewer pairs of a slice say less than all of its task. */
const FEW_PAIRS = 30;

function pilotOf({ input, candidate, rule, own }: Parameters<typeof guessOf>[0]): PilotVariance | undefined {
  const alignment = input.pilots.get(candidate);
  if (alignment === undefined) return undefined;
  const ofTask = alignment.pairs.filter(({ task }) => task === own.task);
  const slice = ofTask.filter((pair) => isWhere(pair, rule.where));
  return pilotVariance(alignment, slice.length >= FEW_PAIRS ? slice : ofTask);
}
