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

/**
 * Splits the variance of candidate − baseline into what comes from the cases and what from sampling
 * (omega², sA², sB² of Miller 2024). One inner array per case, in the same order on both sides, holds the
 * scores of its repeats. Throws for unequal lengths, an empty case or fewer than two cases.
 */
export function varianceParts(scores: {
  readonly baseline: readonly (readonly number[])[];
  readonly candidate: readonly (readonly number[])[];
}): VarianceParts {
  const { baseline, candidate } = scores;
  const n = baseline.length;
  if (candidate.length !== n)
    throw new RangeError(`${n} baseline cases, ${candidate.length} candidate cases`);
  if (n < 2) throw new RangeError("a variance needs at least two cases");
  const baselineMeans = baseline.map(mean);
  const total = sampleVariance(
    candidate.map((repeats, index) => mean(repeats) - (baselineMeans[index] ?? 0)),
  );
  const baselineNoise = noise(baseline);
  const candidateNoise = noise(candidate);
  if (baselineNoise === undefined || candidateNoise === undefined) {
    return { n, total, baselineNoise, candidateNoise, betweenCases: undefined };
  }
  const sampling = baselineNoise * meanShare(baseline) + candidateNoise * meanShare(candidate);
  return { n, total, baselineNoise, candidateNoise, betweenCases: Math.max(0, total - sampling) };
}

function noise(cases: readonly (readonly number[])[]): number | undefined {
  const repeated = cases.filter((repeats) => repeats.length >= 2);
  return repeated.length === 0 ? undefined : mean(repeated.map(sampleVariance));
}

/** Mean of 1/K: 1/K itself when every case has K repeats. */
function meanShare(cases: readonly (readonly number[])[]): number {
  return mean(cases.map((repeats) => 1 / repeats.length));
}

function sampleVariance(values: readonly number[]): number {
  const centre = mean(values);
  return values.reduce((sum, value) => sum + (value - centre) ** 2, 0) / (values.length - 1);
}

function mean(values: readonly number[]): number {
  if (values.length === 0) throw new RangeError("a case without a score has no mean");
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
