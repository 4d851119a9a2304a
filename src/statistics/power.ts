import { normalQuantile } from "./distributions.ts";
import { casesForZeroFailures } from "./proportion.ts";
import type { VarianceParts } from "./variance.ts";

/** How sure a plan wants to be. */
export interface Sureness {
  /** One-sided, of the bound that decides. */
  readonly confidence: number;
  /** Wanted chance that the bound does decide, e.g. 0.8. */
  readonly power: number;
}

/**
 * Cases needed to rule out a loss of `margin` when the true difference (candidate - baseline) is `difference`:
 * n = (z_confidence + z_power)^2 variance / (difference + margin)^2, with the variance of the paired difference
 * of one case. Infinite where the true loss is the margin or more. Optimistic where few cases differ: exact power
 * and `zeroDifferenceCases` correct it.
 */
export function casesForMargin(
  plan: { readonly variance: number; readonly margin: number; readonly difference?: number } & Sureness,
): number {
  const gap = (plan.difference ?? 0) + plan.margin;
  if (gap <= 0) return Infinity;
  const z = normalQuantile(plan.confidence) + normalQuantile(plan.power);
  return Math.ceil((z * z * plan.variance) / (gap * gap));
}

/**
 * Cases that the exact test needs to rule out a loss of `margin` even if not one answer differs: with fewer, an
 * equally good candidate is never `safe`. (1 - margin)^n must not exceed 1 - confidence.
 */
export function zeroDifferenceCases(margin: number, confidence: number): number {
  if (margin <= 0) return Infinity;
  return casesForZeroFailures(Math.min(margin, 0.999999), 1 - confidence);
}

/** The smallest difference of either sign that n cases show with the wanted power, two-sided (Miller 2024). */
export function detectableDifference(
  plan: { readonly variance: number; readonly n: number } & Sureness,
): number {
  const z = normalQuantile((1 + plan.confidence) / 2) + normalQuantile(plan.power);
  return z * Math.sqrt(plan.variance / plan.n);
}

/**
 * Variance of one case's paired difference when each side is asked so many times: omega^2 + sA^2/KA + sB^2/KB.
 * `undefined` where the parts were measured without repeats: what repeats would save cannot be told then.
 */
export function varianceWithRepeats(
  parts: VarianceParts,
  repeats: { readonly baseline: number; readonly candidate: number },
): number | undefined {
  const { betweenCases, baselineNoise, candidateNoise } = parts;
  if (betweenCases === undefined || baselineNoise === undefined || candidateNoise === undefined)
    return undefined;
  return betweenCases + baselineNoise / repeats.baseline + candidateNoise / repeats.candidate;
}

/** The power that each of `rules` rules needs so that all of them hold with the wanted power, however they depend. */
export function powerPerRule(power: number, rules: number): number {
  return 1 - (1 - power) / rules;
}
