import type { JsonValue } from "../domain/json.ts";

/** A key that stands twice in one object: UTF-16 offsets of the second one, end exclusive. */
export interface DuplicateKey {
  readonly key: string;
  readonly start: number;
  readonly end: number;
}

/**
 * The first key that stands twice in one object of a JSON text, of which `JSON.parse` keeps the last in silence.
 * Every pair has one colon outside strings, so a text with as many colons as its value has pairs has none.
 */
export function duplicateKey(text: string, pairs: number): DuplicateKey | undefined {
  return colonsOutsideStrings(text) === pairs ? undefined : firstDuplicate(text);
}

/** What a value is measured by. */
export interface JsonMeasure {
  /** How deep it is nested: a scalar is 0. */
  readonly depth: number;
  /** Key-value pairs. */
  readonly pairs: number;
  /** Keys and values. */
  readonly values: number;
}

/** Measures a value; nothing is counted further down than a limit of depth, nor much beyond one of values. */
export function measureJson(
  value: JsonValue,
  most: { readonly depth: number; readonly values: number },
): JsonMeasure {
  const measured = { depth: 0, pairs: 0, values: 1 };
  const visit = (item: JsonValue, depth: number) => {
    if (typeof item !== "object" || item === null) return;
    measured.depth = Math.max(measured.depth, depth);
    if (depth > most.depth) return;
    const isList = Array.isArray(item);
    for (const inner of Object.values(item)) {
      if (measured.values > most.values) return;
      if (!isList) measured.pairs += 1;
      measured.values += isList ? 1 : 2;
      visit(inner, depth + 1);
    }
  };
  visit(value, 1);
  return measured;
}

const QUOTE = 34;
const COLON = 58;
const BACKSLASH = 92;

function colonsOutsideStrings(text: string): number {
  let count = 0;
  let quoted = false;
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at);
    if (unit === QUOTE) quoted = !quoted;
    else if (!quoted) count += unit === COLON ? 1 : 0;
    else if (unit === BACKSLASH) at += 1;
  }
  return count;
}

const TOKEN = /"(?:[^"\\]|\\.)*"(\s*:)?|[{}[\]]/g;

/** `text` is valid JSON. */
function firstDuplicate(text: string): DuplicateKey | undefined {
  const open: Set<string>[] = [];
  for (const match of text.matchAll(TOKEN)) {
    const [token, colon] = match;
    if (token === "{" || token === "[") open.push(new Set());
    else if (token === "}" || token === "]") open.pop();
    else if (colon !== undefined) {
      const quoted = token.slice(0, -colon.length);
      const key = String(JSON.parse(quoted));
      const keys = open.at(-1);
      if (keys?.has(key) === true) return { key, start: match.index, end: match.index + quoted.length };
      keys?.add(key);
    }
  }
  return undefined;
}

/** The UTF-16 offset of the first bracket that is nested deeper than `limit` in a JSON text. */
export function deepBracket(text: string, limit: number): number {
  let depth = 0;
  for (const { 0: token, index } of text.matchAll(TOKEN)) {
    if (token === "{" || token === "[") depth += 1;
    else if (token === "}" || token === "]") depth -= 1;
    if (depth > limit) return index;
  }
  return 0;
}
