import { clusterSums, cr2 } from "./clustered-mean.ts";
import { tQuantile } from "./distributions.ts";
import type { Interval } from "./interval.ts";

export interface RatioInput {
  readonly numerators: readonly number[];
  readonly denominators: readonly number[];
  /** The cluster of each unit; one without is its own. */
  readonly clusters: readonly (string | undefined)[] | undefined;
  /** Two-sided. */
  readonly confidence: number;
}

/**
 * Ratio of sums with Fieller's interval (1954) over independent units: clusters, or cases. Unbounded above where the denominator's
 * own interval reaches 0; both ends open where nothing can be said. `undefined` for fewer than two units or a
 * denominator of 0.
 */
export function ratioInterval(input: RatioInput): Interval | undefined {
  const { clusters, confidence } = input;
  if (input.numerators.length !== input.denominators.length)
    throw new RangeError("numerators and denominators must be of one length");
  const numerators = clusterSums({ values: input.numerators, clusters });
  const denominators = clusterSums({ values: input.denominators, clusters });
  const n = numerators.length;
  if (n < 2) return undefined;
  const y = mean(numerators);
  const x = mean(denominators);
  if (!(x > 0)) return undefined;
  const estimate = y / x;
  const t2 = tQuantile((1 + confidence) / 2, n - 1) ** 2 / n;
  const vxx = t2 * covariance(denominators, denominators);
  const vyy = t2 * covariance(numerators, numerators);
  const vxy = t2 * covariance(numerators, denominators);
  const a = x * x - vxx;
  const b = x * y - vxy;
  const c = y * y - vyy;
  if (a <= 0) return { estimate, lower: 0, upper: Infinity };
  const root = Math.sqrt(Math.max(0, b * b - a * c));
  return { estimate, lower: Math.max(0, (b - root) / a), upper: (b + root) / a };
}

function mean(values: readonly number[]): number {
  let sum = 0;
  for (const value of values) sum += value;
  return sum / values.length;
}

function covariance(left: readonly number[], right: readonly number[]): number {
  const leftMean = mean(left);
  const rightMean = mean(right);
  let sum = 0;
  for (const [index, value] of left.entries()) sum += (value - leftMean) * ((right[index] ?? 0) - rightMean);
  return sum / (left.length - 1);
}

/** Pairs of positive values, such as the latencies of two models on one case. */
export interface GeometricInput {
  readonly baseline: readonly number[];
  readonly candidate: readonly number[];
  readonly clusters: readonly (string | undefined)[] | undefined;
  /** Two-sided. */
  readonly confidence: number;
}

/**
 * Geometric mean of candidate / baseline, pair by pair, with the CR2 t interval on logarithms. `undefined` for fewer
 * than two independent pairs. Throws for a value that is not positive.
 */
export function geometricRatio({
  baseline,
  candidate,
  clusters,
  confidence,
}: GeometricInput): Interval | undefined {
  const values = candidate.map((after, index) => Math.log(after) - Math.log(baseline[index] ?? Number.NaN));
  const fit = cr2({ values, clusters });
  if (fit === undefined) return undefined;
  const half = tQuantile((1 + confidence) / 2, fit.df) * fit.se;
  return { estimate: Math.exp(fit.mean), lower: Math.exp(fit.mean - half), upper: Math.exp(fit.mean + half) };
}

/**
 * What one solved case costs: sum of costs over sum of solved (scores from 0 to 1), with Fieller's interval. With
 * nothing solved it is infinite, from the least that the zero still allows: all costs over the share that n clean
 * failures leave possible.
 */
export function costPerSolved(input: {
  readonly costs: readonly number[];
  readonly solved: readonly number[];
  readonly clusters: readonly (string | undefined)[] | undefined;
  readonly confidence: number;
}): Interval | undefined {
  const { costs, solved, clusters, confidence } = input;
  if (costs.length === 0) return undefined;
  if (solved.some((score) => score > 0)) {
    return ratioInterval({ numerators: costs, denominators: solved, clusters, confidence });
  }
  const units = clusterSums({ values: costs, clusters }).length;
  const possible = 1 - ((1 - confidence) / 2) ** (1 / units);
  return { estimate: Infinity, lower: mean(costs) / possible, upper: Infinity };
}
