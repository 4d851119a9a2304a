import { CST, Lexer } from "yaml";
import { DEEPEST } from "../domain/json-depth.ts";

/** Keys and values that one record, or a JSON or YAML document, may hold: more is told, and never taken apart. */
export const MOST_VALUES = 1_000_000;

/** Where a document goes beyond reason, as a UTF-16 offset, and how. */
export interface Excess {
  readonly kind: "deep" | "large";
  readonly offset: number;
}

/** Tokens of the lexer that stand for nothing in the text. */
const UNWRITTEN: ReadonlySet<string> = new Set(["doc-mode", "flow-error-end", "scalar"]);
const VALUES: ReadonlySet<string> = new Set([
  "scalar",
  "single-quoted-scalar",
  "double-quoted-scalar",
  "alias",
  "flow-map-start",
  "flow-seq-start",
]);

/**
 * The first place where a JSON or YAML text is nested too deep in brackets, or holds too much: its tokens tell, in a
 * small part of the time and none of the memory that its parsing would take.
 */
export function documentExcess(text: string): Excess | undefined {
  let [offset, depth, values] = [0, 0, 0];
  let isContent = false;
  for (const token of new Lexer().lex(text)) {
    const type: string | null = isContent ? null : CST.tokenType(token);
    isContent = type === "scalar";
    if (type !== null && VALUES.has(type)) values += 1;
    if (type === "flow-map-start" || type === "flow-seq-start") depth += 1;
    if (type === "flow-map-end" || type === "flow-seq-end") depth -= 1;
    if (depth > DEEPEST) return { kind: "deep", offset };
    if (values > MOST_VALUES) return { kind: "large", offset };
    if (type === null || !UNWRITTEN.has(type)) offset += token.length;
  }
  return undefined;
}
