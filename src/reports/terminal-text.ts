import type { Verdict } from "../comparison/gate.ts";

/** Columns of every screen. */
export const WIDTH = 80;
const COLORS: Readonly<Record<Verdict, number>> = { safe: 32, unsafe: 31, inconclusive: 33 };

/** Lines of at most `WIDTH` columns, broken between words; the later ones are indented by two more, or by `later`. */
export function wrapped(text: string, later?: number): string {
  return wrappedTo(WIDTH, text, later);
}

/** As `wrapped`, to lines of at most `width` columns. */
export function wrappedTo(width: number, text: string, later?: number): string {
  const indent = /^ */.exec(text)?.[0] ?? "";
  const hanging = later === undefined ? `${indent}  ` : " ".repeat(later);
  const lines: string[] = [];
  let line = "";
  // A percentage stays with its sign.
  for (const word of text.slice(indent.length).split(/ (?!%)/)) {
    if (line === "") line = `${indent}${word}`;
    else if (line.length + 1 + word.length <= width) line = `${line} ${word}`;
    else {
      lines.push(line);
      line = `${hanging}${word}`;
    }
  }
  return [...lines, line].join("\n");
}

/** A verdict's sentence, wrapped, its first word in the verdict's colour. */
export function verdictText(text: string, verdict: Verdict, color: boolean): string {
  const lines = wrapped(text);
  return color ? lines.replace(/^[A-Z]+/, (word) => `\u001b[${COLORS[verdict]}m${word}\u001b[0m`) : lines;
}
