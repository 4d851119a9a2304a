import { cr2 } from "./clustered-mean.ts";
import { betaQuantile, binomialQuantile } from "./distributions.ts";
import type { Interval } from "./interval.ts";

export interface QuantileInput {
  /** Not negative. */
  readonly values: readonly number[];
  /** The group of each value (the case of a repeat, the cluster of a case); `undefined` where all are independent. */
  readonly groups: readonly (string | number | undefined)[] | undefined;
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
  const { values, quantile } = input;
  const sorted = Float64Array.from(values).sort();
  if (sorted.length === 0) return undefined;
  const estimate = type7(sorted, quantile);
  const { low, high } = isGrouped(input.groups) ? groupedRanks(input, estimate) : binomialRanks(input);
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
  const below = values.map((value) => (value <= estimate ? 1 : 0));
  const clusters = groups?.map((group) => (group === undefined ? undefined : String(group)));
  const fit = cr2({ values: below, clusters });
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

function isGrouped(groups: QuantileInput["groups"]): boolean {
  const named = groups?.filter((group) => group !== undefined) ?? [];
  return new Set(named).size < named.length;
}

function type7(sorted: Float64Array, quantile: number): number {
  const at = (sorted.length - 1) * quantile;
  const low = sorted[Math.floor(at)] ?? Number.NaN;
  const high = sorted[Math.ceil(at)] ?? low;
  return low + (high - low) * (at - Math.floor(at));
}
