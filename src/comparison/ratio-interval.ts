import { tQuantile } from "../statistics/distributions.ts";
import type { Interval } from "../statistics/interval.ts";

export interface RatioInput {
  readonly numerators: readonly number[];
  readonly denominators: readonly number[];
  /** Two-sided. */
  readonly confidence: number;
}

/**
 * Ratio of sums with Fieller's interval over independent units (cases). Unbounded above where the denominator's
 * own interval reaches 0; both ends open where nothing can be said. `undefined` for fewer than two units or a
 * denominator of 0.
 */
export function ratioInterval(input: RatioInput): Interval | undefined {
  const { numerators, denominators, confidence } = input;
  const n = numerators.length;
  if (n !== denominators.length) throw new RangeError("numerators and denominators must be of one length");
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
