/** An exact fraction in lowest terms, its denominator positive. */
export interface Rational {
  readonly top: bigint;
  readonly bottom: bigint;
}

// Far above what any answer holds, far below what takes time.
const DIGIT_LIMIT = 5000;

/** A fraction; `undefined` for a denominator of 0, and where the numbers grow too long. */
export function rational(top: bigint, bottom: bigint): Rational | undefined {
  if (bottom === 0n || tooLong(top) || tooLong(bottom)) return undefined;
  const sign = bottom < 0n ? -1n : 1n;
  const divisor = gcd(top < 0n ? -top : top, bottom < 0n ? -bottom : bottom);
  return { top: (sign * top) / divisor, bottom: (sign * bottom) / divisor };
}

/** Reads `12`, `0.5`, `1.5e3` exactly. */
export function readRational(text: string): Rational | undefined {
  const found = /^(\d*)(?:\.(\d*))?(?:e([-+]?\d{1,3}))?$/.exec(text);
  if (found === null || text.length > 400) return undefined;
  const [, whole = "", fraction = "", exponent = "0"] = found;
  const digits = BigInt(`${whole}${fraction}` || "0");
  const shift = Number(exponent) - fraction.length;
  return shift >= 0 ? rational(digits * 10n ** BigInt(shift), 1n) : rational(digits, 10n ** BigInt(-shift));
}

export function add(left: Rational, right: Rational): Rational | undefined {
  return rational(left.top * right.bottom + right.top * left.bottom, left.bottom * right.bottom);
}

export function multiply(left: Rational, right: Rational): Rational | undefined {
  return rational(left.top * right.top, left.bottom * right.bottom);
}

export function divide(left: Rational, right: Rational): Rational | undefined {
  return rational(left.top * right.bottom, left.bottom * right.top);
}

/** A whole power, or a root that is exact; `undefined` otherwise. */
export function power(base: Rational, exponent: Rational): Rational | undefined {
  if (exponent.bottom > 64n || exponent.top > 10_000n || exponent.top < -10_000n) return undefined;
  const root = exponent.bottom === 1n ? base : exactRoot(base, exponent.bottom);
  if (root === undefined) return undefined;
  const times = exponent.top < 0n ? -exponent.top : exponent.top;
  if (length(root) * Number(times) > DIGIT_LIMIT) return undefined;
  const raised = { top: root.top ** times, bottom: root.bottom ** times };
  return exponent.top < 0n ? rational(raised.bottom, raised.top) : raised;
}

/** The nearest double. */
export function toNumber({ top, bottom }: Rational): number {
  const scale = BigInt(Math.max(0, 20 + length({ top: bottom, bottom: 1n }) - length({ top, bottom: 1n })));
  const digits = (top * 10n ** scale) / bottom;
  return Number(`${digits}e-${scale}`);
}

function exactRoot({ top, bottom }: Rational, degree: bigint): Rational | undefined {
  if (top < 0n) return undefined;
  const [over, under] = [wholeRoot(top, degree), wholeRoot(bottom, degree)];
  return over === undefined || under === undefined ? undefined : { top: over, bottom: under };
}

/** By bisection over whole numbers. */
function wholeRoot(value: bigint, degree: bigint): bigint | undefined {
  let low = 0n;
  let high = 1n << (BigInt(value.toString(2).length) / degree + 1n);
  while (low <= high) {
    const middle = (low + high) / 2n;
    const raised = middle ** degree;
    if (raised === value) return middle;
    if (raised < value) low = middle + 1n;
    else high = middle - 1n;
  }
  return undefined;
}

function gcd(left: bigint, right: bigint): bigint {
  let [a, b] = [left, right];
  while (b !== 0n) [a, b] = [b, a % b];
  return a === 0n ? 1n : a;
}

function length({ top, bottom }: Rational): number {
  return Math.max(top.toString().length, bottom.toString().length);
}

function tooLong(value: bigint): boolean {
  return value.toString(16).length > DIGIT_LIMIT;
}
