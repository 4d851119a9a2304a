import { average, type Numbers, numbersOf, sumOf } from "../statistics/numbers.ts";
import { casesForMargin, zeroDifferenceCases } from "../statistics/power.ts";

export interface NeedInput {
  /** candidate − baseline, case by case. */
  readonly differences: Numbers;
  readonly margin: number;
  readonly confidence: number;
}

/** What would decide a rule that is undecided: cases in all, with a power of 80 %. */
export interface NeededCases {
  /** If the models are equally good. */
  readonly ifEqual: number;
  /** If the true difference is the one observed; infinite where that is at or beyond the margin. */
  readonly ifAsObserved: number;
}

/** n = (z_confidence + z_80 %)² · variance / (difference + margin)², at least what no difference at all needs. */
export function neededCases({ differences, margin, confidence }: NeedInput): NeededCases | undefined {
  const n = differences.length;
  if (n < 2 || margin <= 0) return undefined;
  const estimate = average(differences);
  const squares = numbersOf(n, (at) => ((differences.at(at) ?? Number.NaN) - estimate) ** 2);
  const variance = sumOf(squares) / (n - 1);
  const floor = zeroDifferenceCases(margin, confidence);
  const cases = (difference: number) =>
    Math.max(floor, casesForMargin({ variance, margin, difference, confidence, power: 0.8 }));
  return { ifEqual: cases(0), ifAsObserved: cases(estimate) };
}

/** What an undecided rule still needs, beyond the cases that it has. */
export interface NeededMore extends NeededCases {
  readonly moreIfEqual: number;
  /** Infinite where the difference observed is at or beyond the margin. */
  readonly moreIfAsObserved: number;
  /** USD of one more case on both sides, with all repeats; `null` is unknown. */
  readonly costPerCaseUsd: number | null;
}
