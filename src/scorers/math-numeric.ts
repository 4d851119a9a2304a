import type { Expression } from "./math-expression.ts";
import { toNumber } from "./rational.ts";

/** A complex number. */
export interface Complex {
  readonly re: number;
  readonly im: number;
}

const UNDEFINED: Complex = { re: Number.NaN, im: Number.NaN };

/** The value of a formula where its letters have the given values; not a number where it has none. `e`, `i` and `pi` are constants. */
export function numericValue(expression: Expression, letters: (name: string) => number): Complex {
  switch (expression.kind) {
    case "number":
      return real(toNumber(expression.value));
    case "symbol":
      return CONSTANTS.get(expression.name) ?? real(letters(expression.name));
    case "minus":
      return negative(numericValue(expression.of, letters));
    case "binary": {
      const left = numericValue(expression.left, letters);
      const right = numericValue(expression.right, letters);
      return OPERATIONS[expression.operator](left, right);
    }
    case "call": {
      const [first = UNDEFINED, second] = expression.given.map((one) => numericValue(one, letters));
      if (expression.name === "log") return divide(ln(first), ln(second ?? real(10)));
      if (expression.name === "root") return pow(first, divide(real(1), second ?? real(2)));
      return FUNCTIONS.get(expression.name)?.(first) ?? UNDEFINED;
    }
  }
}

function real(re: number): Complex {
  return { re, im: 0 };
}

function negative({ re, im }: Complex): Complex {
  return { re: -re, im: -im };
}

function plus(left: Complex, right: Complex): Complex {
  return { re: left.re + right.re, im: left.im + right.im };
}

function times(left: Complex, right: Complex): Complex {
  return { re: left.re * right.re - left.im * right.im, im: left.re * right.im + left.im * right.re };
}

function divide(left: Complex, right: Complex): Complex {
  const size = right.re ** 2 + right.im ** 2;
  const above = times(left, { re: right.re, im: -right.im });
  return size === 0 ? UNDEFINED : { re: above.re / size, im: above.im / size };
}

function exp({ re, im }: Complex): Complex {
  const size = Math.exp(re);
  return { re: size * Math.cos(im), im: im === 0 ? 0 : size * Math.sin(im) };
}

/** Principal branch. */
function ln({ re, im }: Complex): Complex {
  const size = Math.hypot(re, im);
  return size === 0 ? UNDEFINED : { re: Math.log(size), im: Math.atan2(im, re) };
}

function pow(base: Complex, exponent: Complex): Complex {
  if (base.im === 0 && exponent.im === 0 && (base.re >= 0 || Number.isInteger(exponent.re))) {
    return real(base.re ** exponent.re);
  }
  return exp(times(exponent, ln(base)));
}

const I: Complex = { re: 0, im: 1 };

function sin(value: Complex): Complex {
  if (value.im === 0) return real(Math.sin(value.re));
  const turned = times(I, value);
  return divide(plus(exp(turned), negative(exp(negative(turned)))), { re: 0, im: 2 });
}

function cos(value: Complex): Complex {
  if (value.im === 0) return real(Math.cos(value.re));
  const turned = times(I, value);
  return divide(plus(exp(turned), exp(negative(turned))), real(2));
}

function hyperbolic(sign: 1 | -1): (value: Complex) => Complex {
  return (value) => divide(plus(exp(value), times(real(sign), exp(negative(value)))), real(2));
}

/** Functions of one real number; elsewhere not a number. */
function onReals(work: (value: number) => number): (value: Complex) => Complex {
  return ({ re, im }) => (im === 0 ? real(work(re)) : UNDEFINED);
}

function inverse(work: (value: Complex) => Complex): (value: Complex) => Complex {
  return (value) => divide(real(1), work(value));
}

const tan = (value: Complex): Complex => divide(sin(value), cos(value));

const OPERATIONS = { "+": plus, "*": times, "/": divide, "^": pow } as const;
const CONSTANTS: ReadonlyMap<string, Complex> = new Map([
  ["pi", real(Math.PI)],
  ["e", real(Math.E)],
  ["i", I],
]);
const FUNCTIONS: ReadonlyMap<string, (value: Complex) => Complex> = new Map([
  ["sin", sin],
  ["cos", cos],
  ["tan", tan],
  ["cot", inverse(tan)],
  ["sec", inverse(cos)],
  ["csc", inverse(sin)],
  ["arcsin", onReals(Math.asin)],
  ["arccos", onReals(Math.acos)],
  ["arctan", onReals(Math.atan)],
  ["sinh", hyperbolic(-1)],
  ["cosh", hyperbolic(1)],
  ["tanh", onReals(Math.tanh)],
  ["exp", exp],
  ["ln", ln],
  ["abs", ({ re, im }) => real(Math.hypot(re, im))],
]);
