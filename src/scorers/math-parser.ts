import type { Expression } from "./math-expression.ts";
import type { MathToken } from "./math-lexer.ts";
import { readRational } from "./rational.ts";

/** Where a parser stands in its tokens. */
export interface Cursor {
  readonly tokens: readonly MathToken[];
  at: number;
  /** What `±` stands for in this reading. */
  readonly plusMinus: "+" | "-";
}

/** The text is no formula of this grammar. */
export class NoFormula extends Error {}

const DEEPEST = 50;

/** sum := product (("+" | "-" | "±") product)* */
export function readSum(cursor: Cursor, depth = 0): Expression {
  if (depth > DEEPEST) throw new NoFormula();
  let sum = readSigned(cursor, depth);
  for (let sign = takeSign(cursor); sign !== undefined; sign = takeSign(cursor)) {
    const term = readProduct(cursor, depth);
    sum = { kind: "binary", operator: "+", left: sum, right: sign === "-" ? minus(term) : term };
  }
  return sum;
}

function readSigned(cursor: Cursor, depth: number): Expression {
  const sign = takeSign(cursor);
  const term = readProduct(cursor, depth);
  return sign === "-" ? minus(term) : term;
}

function takeSign(cursor: Cursor): "+" | "-" | undefined {
  if (take(cursor, "+")) return "+";
  if (take(cursor, "-")) return "-";
  if (take(cursor, "±")) return cursor.plusMinus;
  if (take(cursor, "∓")) return cursor.plusMinus === "+" ? "-" : "+";
  return undefined;
}

/** product := power (("*" | "/" | nothing) power)* */
function readProduct(cursor: Cursor, depth: number): Expression {
  let product = readPower(cursor, depth);
  for (;;) {
    if (take(cursor, "*")) product = binary("*", product, readFactor(cursor, depth));
    else if (take(cursor, "/")) product = binary("/", product, readFactor(cursor, depth));
    else if (startsFactor(cursor)) {
      const operator = isMixedNumber(cursor, product) ? "+" : "*";
      // `10 000` or `2 3`: what it means is anyone's guess.
      if (operator === "*" && isNumber(peek(cursor)) && isNumber(cursor.tokens[cursor.at - 1]))
        throw new NoFormula();
      product = binary(operator, product, readFraction(cursor, depth));
    } else return product;
  }
}

function readFactor(cursor: Cursor, depth: number): Expression {
  const sign = takeSign(cursor);
  const factor = readPower(cursor, depth);
  return sign === "-" ? minus(factor) : factor;
}

/** `1\frac{1}{2}` and `1 1/2` are one and a half; `2\frac{x}{3}` is a product. */
function isMixedNumber(cursor: Cursor, product: Expression): boolean {
  if (product.kind !== "number" || product.value.bottom !== 1n) return false;
  const kinds = cursor.tokens
    .slice(cursor.at, cursor.at + 7)
    .map(({ kind, text }) => (kind === "number" ? "1" : text));
  return /^(?:frac\{1\}\{1\}|1\/1)/.test(kinds.join(""));
}

/** The next factor, with `1/2` after a whole number taken together. */
function readFraction(cursor: Cursor, depth: number): Expression {
  const isWhole = isNumber(peek(cursor));
  const factor = readPower(cursor, depth);
  return isWhole && take(cursor, "/") ? binary("/", factor, readPower(cursor, depth)) : factor;
}

/** power := primary "!"* ("^" exponent)? */
function readPower(cursor: Cursor, depth: number): Expression {
  let base = readPrimary(cursor, depth + 1);
  while (take(cursor, "!")) base = call("factorial", base);
  return take(cursor, "^") ? binary("^", base, readArgument(cursor, depth + 1)) : base;
}

function readPrimary(cursor: Cursor, depth: number): Expression {
  if (depth > DEEPEST) throw new NoFormula();
  const token = next(cursor);
  if (token.kind === "number") return number(token.text);
  if (token.kind === "symbol") return readSymbol(cursor, token.text);
  if (token.kind === "function") return readFunction(cursor, token.text, depth);
  if (token.text === "frac") return binary("/", readArgument(cursor, depth), readArgument(cursor, depth));
  if (token.text === "binom") return call("binom", readArgument(cursor, depth), readArgument(cursor, depth));
  const close = new Map([
    ["(", ")"],
    ["[", "]"],
    ["{", "}"],
    ["|", "|"],
  ]).get(token.text);
  if (token.kind !== "sign" || close === undefined) throw new NoFormula();
  const inside = readClosed(cursor, close, depth);
  return close === "|" ? call("abs", inside) : inside;
}

function readClosed(cursor: Cursor, close: string, depth: number): Expression {
  const inside = readSum(cursor, depth + 1);
  if (!take(cursor, close)) throw new NoFormula();
  return inside;
}

/** A letter with its index: `x_1`, `a_{n+1}`. */
function readSymbol(cursor: Cursor, name: string): Expression {
  if (!take(cursor, "_")) return { kind: "symbol", name };
  if (!take(cursor, "{")) return { kind: "symbol", name: `${name}_${next(cursor).text}` };
  const index: string[] = [];
  while (!take(cursor, "}")) index.push(next(cursor).text);
  return { kind: "symbol", name: `${name}_${index.join("")}` };
}

/** `\sin x`, `\sin^2(x)`, `\log_2 8`, `\sqrt[3]{x}`. */
function readFunction(cursor: Cursor, name: string, depth: number): Expression {
  if (name === "sqrt") {
    const degree = take(cursor, "[") ? readClosed(cursor, "]", depth) : number("2");
    return call("root", readArgument(cursor, depth), degree);
  }
  const base = name === "log" && take(cursor, "_") ? readArgument(cursor, depth) : undefined;
  const exponent = take(cursor, "^") ? readArgument(cursor, depth) : undefined;
  const given = readApplied(cursor, depth);
  const applied = base === undefined ? call(name, given) : call("log", given, base);
  return exponent === undefined ? applied : binary("^", applied, exponent);
}

/** The argument of a function: brackets, or the product of what follows (`\sin 2x`). */
function readApplied(cursor: Cursor, depth: number): Expression {
  if (["(", "{", "[", "|"].includes(peek(cursor)?.text ?? "")) return readPrimary(cursor, depth + 1);
  let product = readPower(cursor, depth + 1);
  while (["number", "symbol"].includes(peek(cursor)?.kind ?? "") || peek(cursor)?.text === "frac") {
    product = binary("*", product, readPower(cursor, depth + 1));
  }
  return product;
}

/** `{…}` or one factor: `\frac{1}{2}`, `x^2`, `x^-1`. */
function readArgument(cursor: Cursor, depth: number): Expression {
  if (depth > DEEPEST) throw new NoFormula();
  return take(cursor, "-") ? minus(readArgument(cursor, depth + 1)) : readPrimary(cursor, depth + 1);
}

function startsFactor(cursor: Cursor): boolean {
  const token = peek(cursor);
  if (token === undefined) return false;
  if (token.kind === "sign") return token.text === "(" || token.text === "{";
  return token.kind !== "command" || token.text === "frac" || token.text === "binom";
}

function isNumber(token: MathToken | undefined): boolean {
  return token?.kind === "number";
}

function number(text: string): Expression {
  const value = readRational(text);
  if (value === undefined) throw new NoFormula();
  return { kind: "number", value };
}

function minus(of: Expression): Expression {
  return { kind: "minus", of };
}

function binary(operator: "+" | "*" | "/" | "^", left: Expression, right: Expression): Expression {
  return { kind: "binary", operator, left, right };
}

function call(name: string, ...given: readonly Expression[]): Expression {
  return { kind: "call", name, given };
}

/** The next token, unread. */
export function peek({ tokens, at }: Cursor): MathToken | undefined {
  return tokens[at];
}

/** Whether the next token is this sign; it is read then. */
export function take(cursor: Cursor, text: string): boolean {
  const token = peek(cursor);
  const found = token?.text === text && token.kind !== "symbol";
  if (found) cursor.at++;
  return found;
}

function next(cursor: Cursor): MathToken {
  const token = peek(cursor);
  if (token === undefined) throw new NoFormula();
  cursor.at++;
  return token;
}
