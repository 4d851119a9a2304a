import type { JsonValue } from "../domain/json.ts";

/** JSON found in an answer. */
export type JsonReading =
  | {
      readonly kind: "json";
      readonly value: JsonValue /** The answer was the JSON and nothing else. */;
      readonly isBare: boolean;
    }
  | { readonly kind: "none"; readonly reason: string };

const DEPTH_LIMIT = 200;

/** Reads the JSON of an answer: bare, or else in a Markdown fence, or else the outermost brackets in prose. */
export function readJson(answer: string): JsonReading {
  const bare = parse(answer);
  if (bare.kind === "json") return { ...bare, isBare: true };
  for (const candidate of candidates(answer)) {
    const found = parse(candidate);
    if (found.kind === "json") return { ...found, isBare: false };
  }
  return bare;
}

function* candidates(answer: string): Generator<string> {
  const fences = [...answer.matchAll(/^[ \t]*```[^\n`]*\n(.*?)^[ \t]*```/gms)].map((match) => match[1] ?? "");
  yield* fences.reverse();
  for (const [open, close] of [
    ["{", "}"],
    ["[", "]"],
  ] as const) {
    const first = answer.indexOf(open);
    const end = answer.lastIndexOf(close);
    if (first < 0 || end < first) continue;
    yield answer.slice(first, end + 1);
    const balanced = balancedEnd(answer, first, open, close);
    if (balanced !== undefined) yield answer.slice(first, balanced + 1);
  }
}

function balancedEnd(text: string, start: number, open: string, close: string): number | undefined {
  let depth = 0;
  let inString = false;
  for (let at = start; at < text.length; at++) {
    const character = text[at];
    if (inString && character === "\\") at++;
    else if (character === '"') inString = !inString;
    else if (!inString && character === open) depth++;
    else if (!inString && character === close && --depth === 0) return at;
  }
  return undefined;
}

function parse(text: string): JsonReading {
  if (text.trim() === "") return { kind: "none", reason: "the answer is blank" };
  if (nesting(text) > DEPTH_LIMIT)
    return { kind: "none", reason: `nested deeper than ${DEPTH_LIMIT} levels` };
  try {
    const value: JsonValue = JSON.parse(text);
    return { kind: "json", value, isBare: true };
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return { kind: "none", reason: error.message };
  }
}

/** Deepest nesting of brackets outside of strings. */
function nesting(text: string): number {
  let depth = 0;
  let deepest = 0;
  let inString = false;
  for (let at = 0; at < text.length; at++) {
    const character = text[at];
    if (inString && character === "\\") at++;
    else if (character === '"') inString = !inString;
    else if (!inString && (character === "{" || character === "[")) deepest = Math.max(deepest, ++depth);
    else if (!inString && (character === "}" || character === "]")) depth--;
  }
  return deepest;
}
