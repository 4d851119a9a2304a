import { betaPower, incompleteBeta, normalTail } from "./special.ts";

export { logBeta, logGamma } from "./special.ts";

/** P(Z <= z) for a standard normal Z. */
export function normalCdf(z: number): number {
  return normalTail(-z);
}

/** The z with normalCdf(z) = p; -Infinity at 0, Infinity at 1. Throws outside [0, 1]. */
export function normalQuantile(p: number): number {
  requireProbability(p);
  if (p === 0) return -Infinity;
  if (p > 0.5) return -normalQuantile(1 - p);
  let z = p < 0.1 ? -Math.sqrt(-2 * Math.log(p * 2.5)) : 0;
  // Newton on the logarithm of the distribution function, which is concave: it cannot diverge.
  for (let i = 0; i < 60; i++) {
    const cdf = normalCdf(z);
    const density = Math.exp(-0.5 * z * z) / Math.sqrt(2 * Math.PI);
    const step = (Math.log(cdf / p) * cdf) / density;
    z -= step;
    if (Math.abs(step) <= 1e-15 * Math.abs(z)) break;
  }
  return z;
}

/** P(T <= t) for Student's t with df > 0 degrees of freedom (fractional and Infinity allowed). */
export function tCdf(t: number, df: number): number {
  if (Number.isNaN(t) || !(df > 0)) throw new RangeError(`tCdf(${t}, ${df})`);
  if (df === Infinity) return normalCdf(t);
  const square = t * t;
  const x = square === Infinity ? 0 : df / (df + square);
  const y = square === Infinity ? 1 : square / (df + square);
  const tail = 0.5 * incompleteBeta(x, y, df / 2, 0.5).lower;
  return t <= 0 ? tail : 1 - tail;
}

/** The t with tCdf(t, df) = p. Throws unless 0 <= p <= 1 and df > 0. */
export function tQuantile(p: number, df: number): number {
  requireProbability(p);
  if (!(df > 0)) throw new RangeError(`tQuantile needs df > 0, got ${df}`);
  if (df === Infinity) return normalQuantile(p);
  if (p > 0.5) return -tQuantile(1 - p, df);
  if (p === 0) return -Infinity;
  const logit = betaLogit(2 * p, 1 - 2 * p, df / 2, 0.5);
  return -Math.sqrt(df) * Math.exp(-logit / 2);
}

/** P(X <= x) for a beta distribution with shapes a, b > 0 (any real). */
export function betaCdf(x: number, a: number, b: number): number {
  requireShapes(a, b);
  return incompleteBeta(x, 1 - x, a, b).lower;
}

/** The x with betaCdf(x, a, b) = p. */
export function betaQuantile(p: number, a: number, b: number): number {
  requireProbability(p);
  requireShapes(a, b);
  return 1 / (1 + Math.exp(-betaLogit(p, 1 - p, a, b)));
}

/** P(K = k) for K successes in n trials of probability p. */
export function binomialPmf(k: number, n: number, p: number): number {
  requireProbability(p);
  if (k < 0 || k > n || !Number.isInteger(k)) return 0;
  if (k === 0) return p === 1 ? Number(n === 0) : Math.exp(n * Math.log1p(-p));
  if (k === n) return p ** n;
  return (betaPower(p, 1 - p, k, n - k) * n) / (k * (n - k));
}

/** P(K <= k) for K successes in n trials of probability p. */
export function binomialCdf(k: number, n: number, p: number): number {
  requireProbability(p);
  const whole = Math.floor(k);
  if (whole < 0) return 0;
  if (whole >= n) return 1;
  return incompleteBeta(p, 1 - p, whole + 1, n - whole).upper;
}

/** The least k with binomialCdf(k, n, prob) >= p (a hair of tolerance for rounding, as usual). */
export function binomialQuantile(p: number, n: number, prob: number): number {
  requireProbability(p);
  if (p === 1) return prob === 0 ? 0 : n;
  const target = p * (1 - 64 * Number.EPSILON);
  let low = -1;
  let high = n;
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (binomialCdf(middle, n, prob) >= target) high = middle;
    else low = middle;
  }
  return high;
}

/**
 * logit of the beta quantile, given both tails p and q = 1 - p. Bracketed Newton on the logarithm of the
 * smaller tail: it is concave in the logit, so the iteration is monotone once below the root.
 */
function betaLogit(p: number, q: number, a: number, b: number): number {
  if (p <= 0) return -Infinity;
  if (q <= 0) return Infinity;
  if (p > q) return -betaLogit(q, p, b, a);
  const target = Math.log(p);
  let below = -800;
  let above = 800;
  let logit = Math.log(a / b);
  for (let i = 0; i < 200; i++) {
    const x = 1 / (1 + Math.exp(-logit));
    const y = 1 / (1 + Math.exp(logit));
    const { lower } = incompleteBeta(x, y, a, b);
    if (lower < p) below = logit;
    else above = logit;
    const step = lower > 0 ? ((Math.log(lower) - target) * lower) / betaPower(x, y, a, b) : -Infinity;
    if (Math.abs(step) <= 1e-15 * Math.max(1, Math.abs(logit))) break;
    const next = logit - step;
    logit = next > below && next < above ? next : (below + above) / 2;
    if (above - below < 1e-15) break;
  }
  return logit;
}

function requireProbability(p: number): void {
  if (!(p >= 0 && p <= 1)) throw new RangeError(`a probability is from 0 to 1, got ${p}`);
}

function requireShapes(a: number, b: number): void {
  if (!(a > 0 && b > 0)) throw new RangeError(`beta shapes must be positive, got ${a} and ${b}`);
}
