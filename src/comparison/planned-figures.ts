import { casesNeeded, leastLossFound, leastMargin, safePower } from "../statistics/decision-power.ts";
import { zeroDifferenceCases } from "../statistics/power.ts";
import type { PlannedStatement } from "./gate-plan.ts";
import type { Guess } from "./planned-guess.ts";

type Figures = Pick<
  PlannedStatement,
  "power" | "casesNeeded" | "leastMargin" | "leastLossFound" | "casesWithoutDifference" | "byRepeats"
>;

interface FigureInput extends Omit<Guess, "repeatsUnknown" | "source" | "pairs"> {
  readonly margin: number;
  readonly cases: number;
  readonly wantedPower: number;
  readonly safeLevel: number;
  readonly unsafeLevel: number;
}

/** The figures of a statement; equal statements are worked out once. */
export function remembered(): (input: FigureInput) => Figures {
  const known = new Map<string, Figures>();
  return (input) => {
    const { margin, cases, method, differ, variants } = input;
    const key = JSON.stringify([margin, cases, method, differ, variants]);
    const figures = known.get(key) ?? figuresOf(input);
    known.set(key, figures);
    return figures;
  };
}

function figuresOf(input: FigureInput): Figures {
  const { margin, cases, method, differ, variants, wantedPower, safeLevel, unsafeLevel } = input;
  const rule = { method, variance: differ, margin, confidence: safeLevel };
  const planned = { power: safePower(rule, cases), casesNeeded: casesNeeded(rule, wantedPower) };
  return {
    ...planned,
    leastMargin: leastMargin(rule, cases, wantedPower),
    leastLossFound: leastLossFound({ ...rule, confidence: unsafeLevel }, cases, wantedPower),
    casesWithoutDifference:
      method === "exact"
        ? zeroDifferenceCases(margin, safeLevel)
        : casesNeeded({ ...rule, variance: 0 }, wantedPower),
    byRepeats: variants.map(([repeats, how, variance]) => {
      if (how === method && variance === differ) return { repeats, ...planned };
      const other = { ...rule, method: how, variance };
      return { repeats, power: safePower(other, cases), casesNeeded: casesNeeded(other, wantedPower) };
    }),
  };
}
