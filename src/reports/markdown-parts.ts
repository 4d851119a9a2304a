import { markdownText } from "./safe-text.ts";
import type { TextTable } from "./tables.ts";

const encoder = new TextEncoder();

/** UTF-8 bytes: never less than the characters that a host counts. */
export function bytesOf(text: string): number {
  return encoder.encode(text).length;
}

/** Escaped text of at most `limit` bytes; what is longer loses its end to `…`, and no escape is cut in half. */
export function clipped(text: string, limit: number): string {
  let letters = whole(text.slice(0, limit));
  let escaped = markdownText(letters);
  while (bytesOf(escaped) > limit || (letters.length < text.length && bytesOf(escaped) > limit - 3)) {
    // Each step keeps a share, so that the longest text takes few of them.
    letters = whole(letters.slice(0, Math.floor(letters.length * 0.7)));
    escaped = markdownText(letters);
  }
  return letters.length < text.length ? `${escaped}…` : escaped;
}

/** Without the first half of a pair whose second half was cut off. */
function whole(text: string): string {
  return text.replace(/[\ud800-\udbff]$/, "");
}

const CELL = 160;
const TITLE = 300;

/** One row of a table; cells are raw text. */
export function rowText(cells: readonly string[]): string {
  return `| ${cells.map((cell) => clipped(cell, CELL)).join(" | ")} |`;
}

/** A table of at most `room` bytes; rows that do not fit are counted below it. Empty where not even its head fits. */
export function tableText({ title, head, rows }: TextTable, room: number): string {
  const start = [
    ...(title === "" ? [] : [`**${clipped(title, TITLE)}**`, ""]),
    rowText(head),
    `|${" --- |".repeat(head.length)}`,
  ];
  const note = (count: number) => `\n\n${count} more rows are left out for their size.`;
  let text = start.join("\n");
  let size = bytesOf(text) + bytesOf(note(rows.length));
  if (size > room) return "";
  for (const [at, row] of rows.entries()) {
    const line = `\n${rowText(row)}`;
    size += bytesOf(line);
    if (size > room) return `${text}${note(rows.length - at)}`;
    text += line;
  }
  return text;
}

/** A folded part of at most `room` bytes; blocks that do not fit are left out and said to be. Its summary is ours. */
export function foldedText(
  summary: string,
  blocks: readonly ((room: number) => string)[],
  room: number,
): string {
  const start = `<details>\n<summary>${summary}</summary>`;
  const end = "\n\n</details>";
  const note = "\n\nMore is left out for its size.";
  let text = start;
  let left = room - bytesOf(start) - bytesOf(end) - bytesOf(note);
  let isWhole = true;
  for (const block of blocks) {
    const shown = block(left - 2);
    if (shown === "" || bytesOf(shown) + 2 > left) {
      isWhole = false;
      continue;
    }
    text += `\n\n${shown}`;
    left -= bytesOf(shown) + 2;
  }
  return text === start ? "" : `${text}${isWhole ? "" : note}${end}`;
}
