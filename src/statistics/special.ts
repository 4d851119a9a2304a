/** Special functions behind the distributions: pure, double precision, no tables of fitted coefficients. */

const HALF_LOG_TWO_PI = 0.5 * Math.log(2 * Math.PI);
const TINY = 1e-300;
const EPSILON = 2 ** -53;

/** Complementary error function, to about 1e-15 relative, down to underflow near x = 26.5. */
export function erfc(x: number): number {
  if (x < 0) return 2 - erfc(-x);
  if (x < 1) return 1 - erfSeries(x);
  return (gaussian(x) / Math.sqrt(Math.PI)) * erfcFraction(x);
}

/** P(Z > x) for a standard normal Z, with the tail to about 1e-15 relative. */
export function normalTail(x: number): number {
  if (x < Math.SQRT2) return 0.5 * erfc(x / Math.SQRT2);
  const coarse = Math.round(x * 16) / 16;
  const density = Math.exp((-coarse * coarse) / 2) * Math.exp((-(x - coarse) * (x + coarse)) / 2);
  return (density / (2 * Math.sqrt(Math.PI))) * erfcFraction(x / Math.SQRT2);
}

/** erf(x) for small x by the series of positive terms 2/sqrt(pi) e^(-x^2) sum 2^n x^(2n+1)/(2n+1)!!. */
function erfSeries(x: number): number {
  let term = x;
  let sum = x;
  for (let n = 1; term > sum * EPSILON; n++) {
    term *= (2 * x * x) / (2 * n + 1);
    sum += term;
  }
  return (2 / Math.sqrt(Math.PI)) * gaussian(x) * sum;
}

/** Laplace's continued fraction 1/(x + (1/2)/(x + 1/(x + (3/2)/(x + ...)))), by modified Lentz, for x >= 1. */
function erfcFraction(x: number): number {
  let fraction = x;
  let c = x;
  let d = 0;
  for (let k = 1; k < 2000; k++) {
    d = 1 / (x + (k / 2) * d);
    c = x + k / 2 / c;
    const step = c * d;
    fraction *= step;
    if (Math.abs(step - 1) < EPSILON) break;
  }
  return 1 / fraction;
}

/** exp(-x^2) with the square split in two, so that the rounding of x^2 is not magnified. */
function gaussian(x: number): number {
  const coarse = Math.round(x * 16) / 16;
  return Math.exp(-coarse * coarse) * Math.exp(-(x - coarse) * (x + coarse));
}

/** What Stirling's formula leaves out: ln Gamma(z+1) - [(z + 1/2) ln z - z + ln(2 pi)/2], for z > 0. */
export function stirlingError(z: number): number {
  let shifted = z;
  let correction = 0;
  while (shifted < 16) {
    correction += (shifted + 0.5) * Math.log1p(1 / shifted) - 1;
    shifted += 1;
  }
  const s = 1 / (shifted * shifted);
  const series =
    1 / 12 - s * (1 / 360 - s * (1 / 1260 - s * (1 / 1680 - s * (1 / 1188 - s * (691 / 360360)))));
  return correction + series / shifted;
}

/** Natural logarithm of the gamma function for x > 0; absolute error about 1e-15 of the largest term. */
export function logGamma(x: number): number {
  if (x === 1 || x === 2) return 0;
  return (x - 0.5) * Math.log(x) - x + HALF_LOG_TWO_PI + stirlingError(x);
}

/** Natural logarithm of the beta function for a, b > 0, without cancellation for large a or b. */
export function logBeta(a: number, b: number): number {
  const sum = a + b;
  const powers = a * logShare(a, b) + b * logShare(b, a);
  const corrections = stirlingError(a) + stirlingError(b) - stirlingError(sum);
  return powers + 0.5 * (Math.log(sum) - Math.log(a) - Math.log(b)) + HALF_LOG_TWO_PI + corrections;
}

/** ln(part / (part + rest)), accurate when the rest is small. */
function logShare(part: number, rest: number): number {
  return rest < part ? -Math.log1p(rest / part) : Math.log(part / (part + rest));
}

/** Deviance x ln(x/mean) + mean - x for x, mean > 0, accurate when the two are close (Loader 2000). */
function deviance(x: number, mean: number): number {
  const gap = x - mean;
  if (Math.abs(gap) >= 0.1 * (x + mean)) return x * Math.log(x / mean) - gap;
  const ratio = gap / (x + mean);
  const square = ratio * ratio;
  let sum = gap * ratio;
  let term = 2 * x * ratio;
  for (let j = 1; j < 1000; j++) {
    term *= square;
    const next = sum + term / (2 * j + 1);
    if (next === sum) break;
    sum = next;
  }
  return sum;
}

/**
 * x^a y^b / B(a, b) with y = 1 - x given apart, by Loader's saddle-point form.
 * It is the derivative of the incomplete beta function with respect to logit(x).
 */
export function betaPower(x: number, y: number, a: number, b: number): number {
  if (x <= 0 || y <= 0) return 0;
  const sum = a + b;
  const exponent =
    stirlingError(sum) - stirlingError(a) - stirlingError(b) - deviance(a, sum * x) - deviance(b, sum * y);
  return Math.exp(exponent) * Math.sqrt(((a / sum) * b) / (2 * Math.PI));
}

export interface Tails {
  readonly lower: number;
  readonly upper: number;
}

/** Both tails of the regularised incomplete beta function at x, with y = 1 - x given apart; each accurate. */
export function incompleteBeta(x: number, y: number, a: number, b: number): Tails {
  if (x <= 0) return { lower: 0, upper: 1 };
  if (y <= 0) return { lower: 1, upper: 0 };
  const power = betaPower(x, y, a, b);
  if (x <= (a + 1) / (a + b + 2)) {
    const lower = Math.min(1, power / betaFraction(x, y, a, b));
    return { lower, upper: 1 - lower };
  }
  const upper = Math.min(1, power / betaFraction(y, x, b, a));
  return { lower: 1 - upper, upper };
}

/**
 * x^a y^b / (B(a, b) I_x(a, b)) by the even continued fraction of Didonato and Morris (1992), with modified
 * Lentz. It is written in y as well as x, so that nothing cancels when x is near 1.
 */
function betaFraction(x: number, y: number, a: number, b: number): number {
  let fraction = guard((a * (a * y - b * x + 1)) / (a + 1));
  let c = fraction;
  let d = 0;
  for (let m = 1; m < 100_000; m++) {
    const pole = a + 2 * m - 1;
    const numerator = ((a + m - 1) / pole) * ((a + b + m - 1) / pole) * m * (b - m) * x * x;
    const denominator =
      m + (m * (b - m) * x) / pole + ((a + m) * (a * y - b * x + 1 + m * (2 - x))) / (pole + 2);
    d = 1 / guard(denominator + numerator * d);
    c = guard(denominator + numerator / c);
    const step = c * d;
    fraction *= step;
    if (Math.abs(step - 1) < 2 * EPSILON) break;
  }
  return fraction;
}

function guard(value: number): number {
  return Math.abs(value) < TINY ? TINY : value;
}
