import { betaQuantile, normalQuantile } from "./distributions.ts";
import type { Interval } from "./interval.ts";

/**
 * Wilson's score interval for x successes in n trials, two-sided at the given confidence (Wilson 1927).
 * x and n may be fractional (an effective sample size). Throws unless 0 <= x <= n and n > 0.
 */
export function wilson(x: number, n: number, confidence: number): Interval {
  requireCounts(x, n);
  const z = normalQuantile(1 - tailOf(confidence) / 2);
  const share = x / n;
  const square = (z * z) / n;
  const centre = (share + square / 2) / (1 + square);
  const half = (z * Math.sqrt((share * (1 - share)) / n + square / (4 * n))) / (1 + square);
  return {
    estimate: share,
    lower: x === 0 ? 0 : Math.max(0, centre - half),
    upper: x === n ? 1 : Math.min(1, centre + half),
  };
}

/** Clopper and Pearson's exact two-sided interval for x successes in n trials: it never under-covers. */
export function clopperPearson(x: number, n: number, confidence: number): Interval {
  const oneSided = 1 - tailOf(confidence) / 2;
  return {
    estimate: x / n,
    lower: clopperPearsonLower(x, n, oneSided),
    upper: clopperPearsonUpper(x, n, oneSided),
  };
}

/** Exact one-sided lower bound of a success rate, at the given one-sided confidence. x and n may be fractional. */
export function clopperPearsonLower(x: number, n: number, confidence: number): number {
  requireCounts(x, n);
  return x === 0 ? 0 : betaQuantile(tailOf(confidence), x, n - x + 1);
}

/** Exact one-sided upper bound of a success rate, at the given one-sided confidence. x and n may be fractional. */
export function clopperPearsonUpper(x: number, n: number, confidence: number): number {
  requireCounts(x, n);
  return x === n ? 1 : 1 - betaQuantile(tailOf(confidence), n - x, x + 1);
}

/** What n clean cases prove: with confidence 1 - alpha the failure rate is below this. 1 when n is 0. */
export function zeroFailureUpper(n: number, alpha: number): number {
  requireAlpha(alpha);
  if (!(n >= 0)) throw new RangeError(`a number of cases is not negative, got ${n}`);
  return n === 0 ? 1 : -Math.expm1(Math.log(alpha) / n);
}

/** Least number of clean cases that proves, with confidence 1 - alpha, a failure rate below p. */
export function casesForZeroFailures(p: number, alpha: number): number {
  requireAlpha(alpha);
  if (!(p > 0 && p < 1)) throw new RangeError(`a failure rate to rule out lies between 0 and 1, got ${p}`);
  return Math.ceil(Math.log(alpha) / Math.log1p(-p) - 1e-12);
}

function requireCounts(x: number, n: number): void {
  if (!(n > 0 && x >= 0 && x <= n)) throw new RangeError(`not a count out of a total: ${x} of ${n}`);
}

/** 1 - confidence, checked. */
function tailOf(confidence: number): number {
  if (!(confidence > 0 && confidence < 1)) {
    throw new RangeError(`a confidence lies between 0 and 1, got ${confidence}`);
  }
  return 1 - confidence;
}

function requireAlpha(alpha: number): void {
  if (!(alpha > 0 && alpha < 1)) throw new RangeError(`alpha lies between 0 and 1, got ${alpha}`);
}
