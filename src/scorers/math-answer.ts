import { markedAnswers } from "./answer-marker.ts";
import type { MathValue } from "./math-expression.ts";
import { readMath } from "./math-reader.ts";

/** The final answer of a text, and where it stood. */
export interface MathAnswer {
  readonly value: MathValue;
  readonly text: string;
  readonly where: string;
  /** It was the whole answer. */
  readonly isBare: boolean;
}

/** The formula that a text gives as its answer: alone, marked (`\boxed{…}`, `the answer is …`), or else the last one in the text. */
export function findMathAnswer(answer: string): MathAnswer | undefined {
  const bare = readMath(withoutDelimiters(answer));
  if (bare !== undefined) return { value: bare, text: answer.trim(), where: "the answer", isBare: true };
  for (const { by, content, isExplicit } of boxFirst(answer)) {
    const found = firstRead([content, ...inlineFormulas(content), withoutTail(content)]);
    if (found !== undefined) return { ...found, where: `the ${by}`, isBare: false };
    if (isExplicit) return undefined;
  }
  const lines = answer.split("\n").filter((line) => line.trim() !== "");
  const last = lines.at(-1) ?? "";
  const found = firstRead([
    ...[...inlineFormulas(answer)].reverse().slice(0, 3),
    last,
    last.slice(last.lastIndexOf("=") + 1),
  ]);
  return found && { ...found, where: "the last formula", isBare: false };
}

/** A box is the surest mark of a formula: a JSON field may be an escaped copy of it. */
function boxFirst(answer: string) {
  return [...markedAnswers(answer)].sort(
    (left, right) => Number(right.by === "box") - Number(left.by === "box"),
  );
}

function firstRead(
  texts: readonly string[],
): { readonly value: MathValue; readonly text: string } | undefined {
  for (const text of texts) {
    const plain = withoutDelimiters(text);
    const value = readMath(plain);
    if (value !== undefined) return { value, text: plain };
  }
  return undefined;
}

/** What stands between `$`, `$$`, `\(` or `\[`. */
function inlineFormulas(text: string): readonly string[] {
  return [
    ...text.matchAll(
      /\$\$([^$]{1,400})\$\$|\$([^$]{1,400})\$|\\\(([^()]{1,400}?)\\\)|\\\[([\s\S]{1,400}?)\\\]/g,
    ),
  ].map((match) => match[1] ?? match[2] ?? match[3] ?? match[4] ?? "");
}

/** `5 because …`, `12 apples`, `x^2, as shown`: up to the first word. */
function withoutTail(text: string): string {
  return text.split(/[,.;]?\s+[A-Za-z]{3,}|[.;](?:\s|$)/, 1)[0] ?? text;
}

/** Without Markdown, `$` and a full stop around it. */
function withoutDelimiters(text: string): string {
  const trimmed = text
    .trim()
    .replace(/^(?:\*\*|__|`)+/, "")
    .replace(/[.\s]*(?:\*\*|__|`)*[.\s]*$/, "");
  const inside = /^(?:\$\$([^$]*)\$\$|\$([^$]*)\$|\\\(([\s\S]*)\\\)|\\\[([\s\S]*)\\\])$/.exec(trimmed);
  return (inside?.[1] ?? inside?.[2] ?? inside?.[3] ?? inside?.[4] ?? trimmed).trim().replace(/[.,]$/, "");
}
