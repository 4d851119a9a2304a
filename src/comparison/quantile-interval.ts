import type { Interval } from "../statistics/interval.ts";
import { clopperPearsonLower, clopperPearsonUpper } from "../statistics/proportion.ts";

export interface QuantileSettings {
  /** E.g. 0.95. */
  readonly quantile: number;
  /** Two-sided. */
  readonly confidence: number;
}

/**
 * Quantile (type 7) with the interval between order statistics, exact for any continuous distribution; an end
 * that too few values cannot give is 0 or infinite. `undefined` for no value. Values must not be negative.
 */
export function quantileInterval(
  values: readonly number[],
  { quantile, confidence }: QuantileSettings,
): Interval | undefined {
  const sorted = Float64Array.from(values).sort();
  const n = sorted.length;
  if (n === 0) return undefined;
  const level = (1 + confidence) / 2;
  // Rank k bounds the quantile from above when k of n values below it would prove a share of at least `quantile`.
  const above = firstRank(n, (rank) => clopperPearsonLower(rank, n, level) >= quantile);
  const below = firstRank(n, (rank) => clopperPearsonUpper(rank, n, level) > quantile);
  return {
    estimate: type7(sorted, quantile),
    lower: below === undefined || below === 0 ? 0 : (sorted[below - 1] ?? 0),
    upper: above === undefined ? Infinity : (sorted[Math.max(above, 1) - 1] ?? Infinity),
  };
}

/** The least rank in 0 … n that passes a test which, once passed, stays passed. */
function firstRank(n: number, passes: (rank: number) => boolean): number | undefined {
  if (!passes(n)) return undefined;
  let low = 0;
  let high = n;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (passes(middle)) high = middle;
    else low = middle + 1;
  }
  return low;
}

function type7(sorted: Float64Array, quantile: number): number {
  const at = (sorted.length - 1) * quantile;
  const low = sorted[Math.floor(at)] ?? Number.NaN;
  const high = sorted[Math.ceil(at)] ?? low;
  return low + (high - low) * (at - Math.floor(at));
}
