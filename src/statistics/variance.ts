import { average, type Numbers, numbersOf } from "./numbers.ts";

/** Where the variance of the paired difference comes from. */
export interface VarianceParts {
  /** Pairs that it is estimated from. */
  readonly n: number;
  /** Variance over cases of the difference of case means: what decides with the repeats there are. */
  readonly total: number;
  /** Variance of one answer of the baseline about its case's mean; `undefined` if no case was repeated. */
  readonly baselineNoise: number | undefined;
  readonly candidateNoise: number | undefined;
  /** Variance that no number of repeats removes; `undefined` when a side was never repeated. */
  readonly betweenCases: number | undefined;
}

/** By place, the scores of each case's repeats. */
export interface CaseRepeats {
  readonly length: number;
  at(place: number): readonly number[] | undefined;
}

/**
 * Splits the variance of candidate − baseline into what comes from the cases and what from sampling
 * (omega², sA², sB² of Miller 2024). The cases are in the same order on both sides. Throws for unequal lengths, an
 * empty case or fewer than two cases.
 */
export function varianceParts(scores: {
  readonly baseline: CaseRepeats;
  readonly candidate: CaseRepeats;
}): VarianceParts {
  const { baseline, candidate } = scores;
  const n = baseline.length;
  if (candidate.length !== n)
    throw new RangeError(`${n} baseline cases, ${candidate.length} candidate cases`);
  if (n < 2) throw new RangeError("a variance needs at least two cases");
  const meanAt = (cases: CaseRepeats, at: number) => mean(cases.at(at) ?? []);
  const total = sampleVariance(numbersOf(n, (at) => meanAt(candidate, at) - meanAt(baseline, at)));
  const baselineNoise = noise(baseline);
  const candidateNoise = noise(candidate);
  if (baselineNoise === undefined || candidateNoise === undefined) {
    return { n, total, baselineNoise, candidateNoise, betweenCases: undefined };
  }
  const sampling = baselineNoise * meanShare(baseline) + candidateNoise * meanShare(candidate);
  return { n, total, baselineNoise, candidateNoise, betweenCases: Math.max(0, total - sampling) };
}

function noise(cases: CaseRepeats): number | undefined {
  let sum = 0;
  let repeated = 0;
  for (let at = 0; at < cases.length; at += 1) {
    const repeats = cases.at(at) ?? [];
    if (repeats.length < 2) continue;
    sum += sampleVariance(repeats);
    repeated += 1;
  }
  return repeated === 0 ? undefined : sum / repeated;
}

/** Mean of 1/K: 1/K itself when every case has K repeats. */
function meanShare(cases: CaseRepeats): number {
  return mean(numbersOf(cases.length, (at) => 1 / (cases.at(at)?.length ?? 0)));
}

function sampleVariance(values: Numbers): number {
  const centre = mean(values);
  let sum = 0;
  for (let at = 0; at < values.length; at += 1) sum += ((values.at(at) ?? Number.NaN) - centre) ** 2;
  return sum / (values.length - 1);
}

function mean(values: Numbers): number {
  if (values.length === 0) throw new RangeError("a case without a score has no mean");
  return average(values);
}
