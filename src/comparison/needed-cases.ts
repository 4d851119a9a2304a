import { normalQuantile } from "../statistics/distributions.ts";

export interface NeedInput {
  /** candidate − baseline, case by case. */
  readonly differences: readonly number[];
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
  let sum = 0;
  for (const difference of differences) sum += difference;
  const estimate = sum / n;
  let squares = 0;
  for (const difference of differences) squares += (difference - estimate) ** 2;
  const variance = squares / (n - 1);
  const floor = Math.ceil(Math.log(1 - confidence) / Math.log1p(-Math.min(margin, 0.999999)));
  const z = (normalQuantile(confidence) + normalQuantile(0.8)) ** 2;
  const cases = (gap: number) =>
    gap <= 0 ? Infinity : Math.max(floor, Math.ceil((z * variance) / (gap * gap)));
  return { ifEqual: cases(margin), ifAsObserved: cases(estimate + margin) };
}

/** What an undecided rule still needs, beyond the cases that it has. */
export interface NeededMore extends NeededCases {
  readonly moreIfEqual: number;
  /** Infinite where the difference observed is at or beyond the margin. */
  readonly moreIfAsObserved: number;
  /** USD of one more case on both sides, with all repeats; `null` is unknown. */
  readonly costPerCaseUsd: number | null;
}
