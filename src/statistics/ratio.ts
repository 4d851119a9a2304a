import { cr2, groupsOf } from "./clustered-mean.ts";
import type { Clusters } from "./clusters.ts";
import { tQuantile } from "./distributions.ts";
import type { Interval } from "./interval.ts";
import { average, countWhere, type Numbers, numbersOf } from "./numbers.ts";

export interface RatioInput {
  readonly numerators: Numbers;
  readonly denominators: Numbers;
  readonly clusters: Clusters | undefined;
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
  const { sums: numerators } = groupsOf({ values: input.numerators, clusters });
  const { sums: denominators } = groupsOf({ values: input.denominators, clusters });
  const n = numerators.length;
  if (n < 2) return undefined;
  const y = average(numerators);
  const x = average(denominators);
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

function covariance(left: Numbers, right: Numbers): number {
  const leftMean = average(left);
  const rightMean = average(right);
  let sum = 0;
  for (let at = 0; at < left.length; at += 1)
    sum += ((left.at(at) ?? 0) - leftMean) * ((right.at(at) ?? 0) - rightMean);
  return sum / (left.length - 1);
}

/** Pairs of positive values, such as the latencies of two models on one case. */
export interface GeometricInput {
  readonly baseline: Numbers;
  readonly candidate: Numbers;
  readonly clusters: Clusters | undefined;
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
  const log = (numbers: Numbers, at: number) => Math.log(numbers.at(at) ?? Number.NaN);
  const values = numbersOf(candidate.length, (at) => log(candidate, at) - log(baseline, at));
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
  readonly costs: Numbers;
  readonly solved: Numbers;
  readonly clusters: Clusters | undefined;
  readonly confidence: number;
}): Interval | undefined {
  const { costs, solved, clusters, confidence } = input;
  if (costs.length === 0) return undefined;
  if (countWhere(solved, (score) => score > 0) > 0) {
    return ratioInterval({ numerators: costs, denominators: solved, clusters, confidence });
  }
  const units = groupsOf({ values: costs, clusters }).sizes.length;
  const possible = 1 - ((1 - confidence) / 2) ** (1 / units);
  return { estimate: Infinity, lower: average(costs) / possible, upper: Infinity };
}
