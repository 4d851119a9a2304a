import { cr2 } from "./clustered-mean.ts";
import { areShared, type Clusters } from "./clusters.ts";
import { betaQuantile, binomialQuantile } from "./distributions.ts";
import type { Interval } from "./interval.ts";
import { type Numbers, numbersOf } from "./numbers.ts";

export interface QuantileInput {
  /** Not negative. */
  readonly values: Numbers;
  /** The group of each value (the case of a repeat, the cluster of a case); `undefined` where all are independent. */
  readonly groups: Clusters | undefined;
  /** E.g. 0.95. */
  readonly quantile: number;
  /** Two-sided. */
  readonly confidence: number;
}

/**
 * Quantile (type 7) with the interval between order statistics, exact for independent values of any continuous
 * distribution; an end that too few values cannot give is 0 or infinite. Where values share groups the ranks are those
 * of their effective number (Woodruff 1952; Korn & Graubard 1998). `undefined` for no value.
 */
export function quantileInterval(input: QuantileInput): Interval | undefined {
  return quantileReading(input)(input.confidence);
}

/** The same at any confidence: the values are sorted once. */
export function quantileReading({ values, groups, quantile }: Omit<QuantileInput, "confidence">) {
  const sorted = ascending(values);
  const isGrouped = groups !== undefined && areShared(groups);
  return (confidence: number): Interval | undefined =>
    intervalOf(sorted, { values, groups: isGrouped ? groups : undefined, quantile, confidence });
}

function intervalOf(sorted: Float64Array, input: QuantileInput): Interval | undefined {
  if (sorted.length === 0) return undefined;
  const estimate = type7(sorted, input.quantile);
  const { low, high } = input.groups === undefined ? binomialRanks(input) : groupedRanks(input, estimate);
  return {
    estimate,
    lower: low < 1 ? 0 : Math.min(estimate, sorted[low - 1] ?? 0),
    upper: high > sorted.length ? Infinity : Math.max(estimate, sorted[high - 1] ?? Infinity),
  };
}

interface Ranks {
  readonly low: number;
  readonly high: number;
}

function binomialRanks({ values, quantile, confidence }: QuantileInput): Ranks {
  const tail = (1 - confidence) / 2;
  return {
    low: binomialQuantile(tail, values.length, quantile),
    high: binomialQuantile(1 - tail, values.length, quantile) + 1,
  };
}

/** As many of n values as Clopper and Pearson's shares for the effective number of independent ones. */
function groupedRanks({ values, groups, quantile, confidence }: QuantileInput, estimate: number): Ranks {
  const n = values.length;
  const below = numbersOf(n, (at) => ((values.at(at) ?? Number.NaN) <= estimate ? 1 : 0));
  const fit = cr2({ values: below, clusters: groups });
  if (fit === undefined) return { low: 0, high: n + 1 };
  const independent = fit.se > 0 ? (quantile * (1 - quantile)) / fit.se ** 2 : fit.groups;
  const size = Math.min(n, Math.max(fit.groups < n ? 1 : n, independent));
  const tail = (1 - confidence) / 2;
  const count = quantile * size;
  return {
    low: Math.floor(n * betaQuantile(tail, count, size - count + 1)),
    high: Math.ceil(n * betaQuantile(1 - tail, count + 1, size - count)) + 1,
  };
}

function ascending(values: Numbers): Float64Array {
  const sorted = new Float64Array(values.length);
  for (let at = 0; at < sorted.length; at += 1) sorted[at] = values.at(at) ?? Number.NaN;
  return sorted.sort();
}

function type7(sorted: Float64Array, quantile: number): number {
  const at = (sorted.length - 1) * quantile;
  const low = sorted[Math.floor(at)] ?? Number.NaN;
  const high = sorted[Math.ceil(at)] ?? low;
  return low + (high - low) * (at - Math.floor(at));
}
