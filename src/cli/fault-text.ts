import { relative } from "node:path";
import type { Fault, Place } from "../domain/fault.ts";
import { WIDTH, wrapped } from "../reports/terminal-text.ts";
import { safe } from "./safe-text.ts";

/** How faults are shown. */
export interface FaultStyle {
  /** Paths are shown relative to it. */
  readonly cwd: string;
  readonly color: boolean;
}

const MOST = 20;
/** Of a line of the file: with its number it fits on a screen. */
const WIDEST = 72;

/** A fault as people read it: what, where, the line with a caret, and what to do. */
export function faultText(fault: Fault, { cwd, color }: FaultStyle): string {
  const { code, message, place, source, label, hint } = fault;
  const head = color
    ? `\u001b[31merror[${code}]\u001b[0m: ${safe(message)}`
    : `error[${code}]: ${safe(message)}`;
  const where = place === undefined ? [] : [`  ${safe(pathOf(place, cwd))}:${place.line}:${place.column}`];
  const caret =
    place === undefined || source === undefined ? labelAlone(label) : caretLines(place, source, label);
  return [head, ...where, ...caret, ...(hint === undefined ? [] : [hintText(safe(hint))]), ""].join("\n");
}

/** What a command line begins with, at the end of a hint. */
const COMMAND_LINE = /^(.*:) ((?:evals|iconv|npm|export|ollama) .*)$/;
/** Words (`Run:`) that stay beside their command however long it is. */
const SHORT = 12;
const NAMED_RUN = /evals [a-z]+(?: (?:RUN|SUITE|'[^']*'|\S*\d\S*))?/g;

/** Wrapped, with every command in one piece: it is there to be copied. */
function hintText(hint: string): string {
  const [, words, command] = COMMAND_LINE.exec(hint) ?? [];
  if (words !== undefined && command !== undefined) {
    const line = `  ${words} ${command}`;
    return line.length <= WIDTH || words.length <= SHORT
      ? line
      : `${wrapped(`  ${words}`, 2)}\n    ${command}`;
  }
  const kept = hint.replace(NAMED_RUN, (named) => named.replaceAll(" ", "\u00a0"));
  return wrapped(`  ${kept}`, 2).replaceAll("\u00a0", " ");
}

function pathOf(place: Place, cwd: string): string {
  const path = relative(cwd, place.file);
  return path.startsWith("..") ? place.file : path;
}

function labelAlone(label: string | undefined): readonly string[] {
  return label === undefined ? [] : [`  ${safe(label)}`];
}

function caretLines(place: Place, source: string, label: string | undefined): readonly string[] {
  const start = place.column - 1;
  const end = place.endLine === place.line ? Math.max(place.endColumn - 1, start + 1) : source.length;
  // A long line is cut around the fault, so that the caret stays in view.
  const from = start > WIDEST / 2 ? start - 20 : 0;
  const shown = source.slice(from, from + WIDEST);
  const before = safe(shown.slice(0, start - from)).replace(/\t/g, " ");
  const width = Math.max(1, Math.min(safe(source.slice(start, end)).length, WIDEST - before.length));
  const number = String(place.line);
  return [
    `  ${number} | ${before}${safe(shown.slice(start - from)).replace(/\t/g, " ")}`,
    `  ${" ".repeat(number.length)} | ${" ".repeat(before.length)}${"^".repeat(width)}${label === undefined ? "" : ` ${safe(label)}`}`,
  ];
}

/** Every fault of a check, at most 20, and what they cost. */
export function faultsText(faults: readonly Fault[], style: FaultStyle): string {
  const shown = faults.slice(0, MOST).map((fault) => faultText(fault, style));
  const hidden = faults.slice(MOST).reduce((sum, { count = 1 }) => sum + count, 0);
  const more = hidden > 0 ? [`... and ${hidden} more\n`] : [];
  return `${[...shown, ...more, "0 calls made."].join("\n")}\n`;
}

/** A fault for programs. */
export function faultJson(fault: Fault): object {
  const { code, message, place, label, hint } = fault;
  return {
    code,
    file: place?.file ?? null,
    line: place?.line ?? null,
    col: place?.column ?? null,
    endLine: place?.endLine ?? null,
    endCol: place?.endColumn ?? null,
    message,
    hint: [label, hint].filter((text) => text !== undefined).join(" ") || null,
  };
}
