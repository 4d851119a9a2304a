import type { Expression } from "./math-expression.ts";
import { add, divide, multiply, power, type Rational, rational } from "./rational.ts";

/** The exact value of a formula without letters; `undefined` where it has none that is a fraction. */
export function exactValue(expression: Expression): Rational | undefined {
  switch (expression.kind) {
    case "number":
      return expression.value;
    case "symbol":
      return undefined;
    case "minus": {
      const value = exactValue(expression.of);
      return value && { top: -value.top, bottom: value.bottom };
    }
    case "binary": {
      const [left, right] = [exactValue(expression.left), exactValue(expression.right)];
      if (left === undefined || right === undefined) return undefined;
      return OPERATIONS[expression.operator](left, right);
    }
    case "call": {
      const given = expression.given.map(exactValue);
      const [first, second] = given;
      if (first === undefined || given.includes(undefined)) return undefined;
      return exactCall(expression.name, first, second);
    }
  }
}

const OPERATIONS = { "+": add, "*": multiply, "/": divide, "^": power } as const;

function exactCall(name: string, first: Rational, second: Rational | undefined): Rational | undefined {
  if (name === "abs") return { top: first.top < 0n ? -first.top : first.top, bottom: first.bottom };
  if (name === "root" && second !== undefined) {
    const inverse = rational(second.bottom, second.top);
    return inverse && power(first, inverse);
  }
  if (name === "factorial") return first.bottom === 1n ? factorial(first.top) : undefined;
  if (name === "binom" && second !== undefined) {
    return first.bottom === 1n && second.bottom === 1n ? binomial(first.top, second.top) : undefined;
  }
  return undefined;
}

const LARGEST = 1000n;

function factorial(value: bigint): Rational | undefined {
  if (value < 0n || value > LARGEST) return undefined;
  let product = 1n;
  for (let factor = 2n; factor <= value; factor++) product *= factor;
  return rational(product, 1n);
}

function binomial(all: bigint, some: bigint): Rational | undefined {
  if (some < 0n || all < some || all > LARGEST) return undefined;
  let product = 1n;
  for (let factor = 1n; factor <= some; factor++) product = (product * (all - some + factor)) / factor;
  return rational(product, 1n);
}
