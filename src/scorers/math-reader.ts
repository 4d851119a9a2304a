import type { MathValue, RelationSign } from "./math-expression.ts";
import { type MathToken, mathTokens } from "./math-lexer.ts";
import { type Cursor, NoFormula, peek, readSum, take } from "./math-parser.ts";

// Longer than any final answer; working through a page of text would find formulas that are none.
const LONGEST = 400;
const DEEPEST = 20;
const RELATIONS = new Set(["=", "≠", "<", ">", "≤", "≥"]);

/** Reads a final answer in LaTeX or plain notation; `undefined` where it is none that this grammar knows. */
export function readMath(text: string): MathValue | undefined {
  if (text.length > LONGEST) return undefined;
  const tokens = mathTokens(text);
  if (tokens === undefined || tokens.length === 0) return undefined;
  const first = readWhole(tokens, "+");
  if (first === undefined || !tokens.some(({ text: sign }) => sign === "±" || sign === "∓")) return first;
  // `1 ± 2` is the set of both.
  const second = readWhole(tokens, "-");
  return second && { kind: "set", items: [first, second] };
}

function readWhole(tokens: readonly MathToken[], plusMinus: "+" | "-"): MathValue | undefined {
  const cursor: Cursor = { tokens, at: 0, plusMinus };
  try {
    const items = readList(cursor, 0);
    if (cursor.at < tokens.length) return undefined;
    const [only] = items;
    return items.length === 1 ? only : { kind: "set", items };
  } catch (error) {
    if (!(error instanceof NoFormula)) throw error;
    return undefined;
  }
}

function readList(cursor: Cursor, depth: number): readonly MathValue[] {
  const items = [readRelation(cursor, depth)];
  while (take(cursor, ",") || take(cursor, ";")) {
    // `1, and 2`
    while (take(cursor, ","));
    items.push(readRelation(cursor, depth));
  }
  return items;
}

function readRelation(cursor: Cursor, depth: number): MathValue {
  let value = readUnion(cursor, depth);
  for (let token = peek(cursor); token !== undefined; token = peek(cursor)) {
    if (take(cursor, "∈")) value = readUnion(cursor, depth);
    else if (isRelation(token.text)) {
      cursor.at++;
      const right = readUnion(cursor, depth);
      value = related(value, token.text, right);
    } else break;
  }
  return value;
}

/** `f(x) = {1, 2}`: where one side is no formula, the answer is what stands on the right. */
function related(left: MathValue, sign: RelationSign, right: MathValue): MathValue {
  if (right.kind !== "expression") return right;
  // The last of `x = 3 + 4 = 7` is the answer.
  const first = left.kind === "relation" && left.sign === "=" ? left.left : undefined;
  const side = left.kind === "expression" ? left.of : first;
  return side === undefined ? right : { kind: "relation", sign, left: side, right: right.of };
}

function isRelation(text: string): text is RelationSign {
  return RELATIONS.has(text);
}

function readUnion(cursor: Cursor, depth: number): MathValue {
  const parts = [readItem(cursor, depth)];
  while (take(cursor, "∪")) parts.push(readItem(cursor, depth));
  const [only] = parts;
  return parts.length === 1 && only !== undefined ? only : { kind: "union", parts };
}

function readItem(cursor: Cursor, depth: number): MathValue {
  if (depth > DEEPEST) throw new NoFormula();
  if (take(cursor, "begin")) return readMatrix(cursor, depth);
  const open = peek(cursor)?.text ?? "";
  if (open === "\\{" || (open === "{" && closesAtEnd(cursor))) return readSet(cursor, open, depth);
  if ((open === "(" || open === "[") && holdsComma(cursor)) return readOrdered(cursor, open, depth);
  return { kind: "expression", of: readSum(cursor) };
}

function readSet(cursor: Cursor, open: string, depth: number): MathValue {
  const close = open === "{" ? "}" : "\\}";
  cursor.at++;
  if (take(cursor, close)) return { kind: "set", items: [] };
  const items = readList(cursor, depth + 1);
  if (!take(cursor, close)) throw new NoFormula();
  return { kind: "set", items };
}

function readOrdered(cursor: Cursor, open: string, depth: number): MathValue {
  cursor.at++;
  const items = readList(cursor, depth + 1);
  const close = take(cursor, ")") ? ")" : take(cursor, "]") ? "]" : undefined;
  if (close === undefined) throw new NoFormula();
  return { kind: "ordered", open, close, items };
}

/** `\begin{pmatrix} 1 & 2 \\ 3 & 4 \end{pmatrix}`: rows of a bracket each. */
function readMatrix(cursor: Cursor, depth: number): MathValue {
  skipName(cursor);
  const rows: MathValue[][] = [[]];
  while (!take(cursor, "end")) {
    if (take(cursor, "cr")) rows.push([]);
    else if (!take(cursor, "&")) rows.at(-1)?.push(readRelation(cursor, depth + 1));
  }
  skipName(cursor);
  const items = rows
    .filter((row) => row.length > 0)
    .map((row): MathValue => ({ kind: "ordered", open: "(", close: ")", items: row }));
  return { kind: "ordered", open: "(", close: ")", items };
}

function skipName(cursor: Cursor): void {
  if (!take(cursor, "{") || peek(cursor)?.kind !== "command") throw new NoFormula();
  cursor.at++;
  if (!take(cursor, "}")) throw new NoFormula();
}

/** Whether the bracket at the cursor holds a comma of its own. */
function holdsComma(cursor: Cursor): boolean {
  return scan(cursor).commas > 0;
}

/** Whether a plain brace holds a list, as `{1, 2}` does, and not a part of a formula. */
function closesAtEnd(cursor: Cursor): boolean {
  const { commas, end } = scan(cursor);
  return commas > 0 || end === cursor.tokens.length - 1;
}

function scan({ tokens, at }: Cursor): { readonly commas: number; readonly end: number } {
  let depth = 0;
  let commas = 0;
  for (let index = at; index < tokens.length; index++) {
    const text = tokens[index]?.text ?? "";
    if (["(", "[", "{", "\\{"].includes(text)) depth++;
    if ([")", "]", "}", "\\}"].includes(text) && --depth === 0) return { commas, end: index };
    if (depth === 1 && (text === "," || text === ";")) commas++;
  }
  return { commas, end: tokens.length };
}
