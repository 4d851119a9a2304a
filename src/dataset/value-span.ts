/** A part of a JSON text: UTF-16 offsets, end exclusive. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

const TOKEN = /"(?:[^"\\]|\\.)*"|[{}[\],:]|[^\s{}[\],:"]+/g;

/** Where the value of a field stands in the text of a JSON object; `undefined` where it is no such text, or has none. */
export function valueSpan(text: string, field: string): Span | undefined {
  const tokens = [...text.matchAll(TOKEN)].map((match) => ({ text: match[0], at: match.index }));
  const found = find(tokens, 0, [field]) ?? find(tokens, 0, field.split("."));
  if (found === undefined) return undefined;
  const first = tokens[found];
  const last = tokens[afterValue(tokens, found) - 1];
  if (first === undefined || last === undefined) return undefined;
  return { start: first.at, end: last.at + last.text.length };
}

interface Token {
  readonly text: string;
  readonly at: number;
}

/** The first token of the value at a path below the value that starts at a token. */
function find(
  tokens: readonly Token[],
  start: number,
  [step, ...rest]: readonly string[],
): number | undefined {
  if (step === undefined) return start;
  const open = tokens[start]?.text;
  if (open !== "{" && open !== "[") return undefined;
  let at = start + 1;
  for (
    let index = 0;
    at < tokens.length && tokens[at]?.text !== "}" && tokens[at]?.text !== "]";
    index += 1
  ) {
    const key = open === "[" ? String(index) : keyAt(tokens, at);
    if (open === "{") at += 2;
    if (key === step) return find(tokens, at, rest);
    at = afterValue(tokens, at);
    if (tokens[at]?.text === ",") at += 1;
  }
  return undefined;
}

function keyAt(tokens: readonly Token[], at: number): string | undefined {
  const quoted = tokens[at]?.text ?? "";
  return quoted.startsWith('"') ? String(JSON.parse(quoted)) : undefined;
}

/** The token after the value that starts at a token. */
function afterValue(tokens: readonly Token[], start: number): number {
  let depth = 0;
  for (let at = start; at < tokens.length; at += 1) {
    const { text } = tokens[at] ?? { text: "" };
    if (text === "{" || text === "[") depth += 1;
    else if (text === "}" || text === "]") depth -= 1;
    if (depth <= 0) return at + 1;
  }
  return tokens.length;
}
