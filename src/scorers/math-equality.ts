import { exactValue } from "./math-exact.ts";
import type { Expression, MathValue, RelationSign } from "./math-expression.ts";
import { type Complex, numericValue } from "./math-numeric.ts";
import { toNumber } from "./rational.ts";

/** How far numbers may differ: 0 is exact where both are fractions. */
export interface MathTolerance {
  readonly absolute: number;
  readonly relative: number;
}

/** Whether two answers are the same mathematics. */
export function mathEquals(answer: MathValue, expected: MathValue, tolerance: MathTolerance): boolean {
  if (answer.kind === "relation" || expected.kind === "relation")
    return relationsEqual(answer, expected, tolerance);
  if (answer.kind === "expression" && expected.kind === "expression") {
    return expressionsEqual(answer.of, expected.of, tolerance);
  }
  if (answer.kind === "ordered" && expected.kind === "ordered") {
    const isAlike = answer.open === expected.open && answer.close === expected.close;
    return isAlike && inOrder(answer.items, expected.items, tolerance);
  }
  if (answer.kind === "union" && expected.kind === "union") {
    return asSets(answer.parts, expected.parts, tolerance);
  }
  const [left, right] = [members(answer), members(expected)];
  return left !== undefined && right !== undefined && asSets(left, right, tolerance);
}

/** A single answer is the set of itself; brackets are not. */
function members(value: MathValue): readonly MathValue[] | undefined {
  if (value.kind === "set") return value.items;
  return value.kind === "expression" ? [value] : undefined;
}

function inOrder(left: readonly MathValue[], right: readonly MathValue[], tolerance: MathTolerance): boolean {
  return (
    left.length === right.length &&
    left.every((one, at) => right[at] !== undefined && mathEquals(one, right[at], tolerance))
  );
}

/** Every one is among the others, both ways. */
function asSets(left: readonly MathValue[], right: readonly MathValue[], tolerance: MathTolerance): boolean {
  const among = (one: MathValue, others: readonly MathValue[]) =>
    others.some((other) => mathEquals(one, other, tolerance));
  return left.every((one) => among(one, right)) && right.every((one) => among(one, left));
}

const MIRROR: { readonly [sign in RelationSign]: RelationSign } = {
  "=": "=",
  "≠": "≠",
  "<": ">",
  ">": "<",
  "≤": "≥",
  "≥": "≤",
};

function relationsEqual(answer: MathValue, expected: MathValue, tolerance: MathTolerance): boolean {
  if (answer.kind === "relation" && expected.kind === "relation") {
    const same = (left: Expression, right: Expression) => expressionsEqual(left, right, tolerance);
    const straight =
      answer.sign === expected.sign && same(answer.left, expected.left) && same(answer.right, expected.right);
    const turned =
      answer.sign === MIRROR[expected.sign] &&
      same(answer.left, expected.right) &&
      same(answer.right, expected.left);
    const isEquation = answer.sign === "=" && expected.sign === "=";
    return straight || turned || (isEquation && proportional(answer, expected));
  }
  // `x = 5` and `3 + 2 = 5` answer what `5` does; where `x = 5` is expected, `5` will do.
  const left = answer.kind === "relation" ? rightSide(answer) : answer;
  const right = expected.kind === "relation" && isName(expected.left) ? rightSide(expected) : expected;
  if (left === undefined || right === undefined || right.kind === "relation") return false;
  return mathEquals(left, right, tolerance);
}

/** `x`, or `f(x)`. */
function isName(left: Expression): boolean {
  return (
    left.kind === "symbol" || (left.kind === "binary" && left.operator === "*" && left.left.kind === "symbol")
  );
}

function rightSide({ sign, right }: Relation): MathValue | undefined {
  return sign === "=" ? { kind: "expression", of: right } : undefined;
}

type Relation = Extract<MathValue, { kind: "relation" }>;

/** Two equations of the same solutions: the differences of their sides are multiples of each other. */
function proportional(answer: Relation, expected: Relation): boolean {
  const difference = ({ left, right }: Relation): Expression => ({
    kind: "binary",
    operator: "+",
    left,
    right: { kind: "minus", of: right },
  });
  const ratios = POINTS.map((point) => {
    const [given, wanted] = [answer, expected].map((one) => numericValue(difference(one), point));
    return (given?.re ?? Number.NaN) / (wanted?.re ?? Number.NaN);
  }).filter(Number.isFinite);
  const [first = 0] = ratios;
  return (
    ratios.length >= ENOUGH &&
    first !== 0 &&
    ratios.every((one) => Math.abs(one - first) <= Math.abs(first) * SLACK)
  );
}

// Letters at fixed points of both signs; an identity of formulas that is none fails at nearly every one
// (Schwartz 1980). A fixed choice, so that a score is the same twice.
const POINTS: readonly ((name: string) => number)[] = [0.37, -0.83, 1.71, 2.29, -1.43, 0.59].map(
  (base, at) => (name) => {
    const code = [...name].reduce((sum, letter) => (sum * 31 + (letter.codePointAt(0) ?? 0)) % 997, 7);
    return base + ((code * (at + 3)) % 97) / 131;
  },
);
const ENOUGH = 3;
// Rounding of double arithmetic, with room for cancellation.
const SLACK = 1e-9;

function expressionsEqual(answer: Expression, expected: Expression, tolerance: MathTolerance): boolean {
  const [left, right] = [exactValue(answer), exactValue(expected)];
  if (left !== undefined && right !== undefined) {
    if (left.top === right.top && left.bottom === right.bottom) return true;
    const [given, wanted] = [toNumber(left), toNumber(right)];
    return tolerance.absolute + tolerance.relative > 0 && isNear(given, wanted, tolerance);
  }
  const pairs = POINTS.map((point) => [numericValue(answer, point), numericValue(expected, point)] as const);
  const known = pairs.filter(([given, wanted]) => isKnown(given) && isKnown(wanted));
  if (pairs.some(([given, wanted]) => isKnown(given) !== isKnown(wanted))) return false;
  return known.length >= ENOUGH && known.every(([given, wanted]) => areNear(given, wanted, tolerance));
}

function isKnown({ re, im }: Complex): boolean {
  return Number.isFinite(re) && Number.isFinite(im);
}

function isNear(given: number, wanted: number, { absolute, relative }: MathTolerance): boolean {
  const rounding = Math.abs(wanted) * SLACK;
  return Math.abs(given - wanted) <= Math.max(absolute + rounding, Math.abs(wanted) * relative);
}

function areNear(given: Complex, wanted: Complex, { absolute, relative }: MathTolerance): boolean {
  const size = Math.hypot(wanted.re, wanted.im);
  const limit = Math.max(absolute, size * Math.max(relative, SLACK), 1e-12);
  return Math.hypot(given.re - wanted.re, given.im - wanted.im) <= limit;
}
