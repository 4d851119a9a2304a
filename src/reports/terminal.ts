import Table from "cli-table3";
import { sentence } from "../comparison/sentence.ts";
import { earlyLines } from "./early-text.ts";
import { notices } from "./notices.ts";
import type { Report, ReportInput } from "./report.ts";
import { terminalText } from "./safe-text.ts";
import { comparisonLines, rankingLine } from "./summary-lines.ts";
import { BOUNDS_NOTE, comparisonTables, rulesTable, runTables, type TextTable } from "./tables.ts";
import { verdictText, WIDTH, wrapped } from "./terminal-text.ts";
import { workflowBlocks } from "./workflow-lines.ts";

/** Tables and verdicts for a terminal of 80 columns. */
export const terminal: Report = {
  name: "terminal",
  summary: "Tables and verdicts for people, at most 80 columns wide.",
  extension: "txt",
  render(input, { color }) {
    return `${[...tables(input), ...comparisons(input), ...workflows(input), ...verdicts(input, color)].join("\n\n")}\n`;
  },
};

function tables({ table, comparisons }: ReportInput): readonly string[] {
  const isCompared = comparisons.length > 0;
  return table === undefined ? [] : runTables(table, { isCompared }).map(tableText);
}

function comparisons(input: ReportInput): readonly string[] {
  const ranking = rankingLine(input.ranking);
  return [
    ...input.comparisons.flatMap((comparison) => [
      ...comparisonTables(comparison).map(tableText),
      comparisonLines(comparison)
        .map((line) => wrapped(terminalText(line)))
        .join("\n"),
    ]),
    ...(ranking === "" ? [] : [wrapped(terminalText(ranking))]),
  ];
}

function workflows(input: ReportInput): readonly string[] {
  return workflowBlocks(input).map((lines) =>
    lines.map((line, at) => wrapped(`${at === 0 ? "" : "  "}${terminalText(line)}`)).join("\n"),
  );
}

function verdicts(input: ReportInput, color: boolean): readonly string[] {
  const { gate, title } = input;
  const found = notices(input);
  const kept = found.length === 0 ? [] : [wrapped(terminalText(found.join(" ")))];
  if (gate === undefined) return kept;
  const attempt = title.attempt > 1 ? [`attempt ${title.attempt} of this suite`] : [];
  const words = gate.verdicts.map((verdict) =>
    verdictText(terminalText(sentence(verdict)), verdict.verdict, color),
  );
  return [
    ...gate.verdicts.map((verdict) => tableText(rulesTable(verdict))),
    wrapped(BOUNDS_NOTE),
    ...attempt,
    ...words,
    ...earlyLines(input).map((line) => wrapped(line)),
    ...kept,
  ];
}

const BARE = {
  top: "",
  "top-mid": "",
  "top-left": "",
  "top-right": "",
  bottom: "",
  "bottom-mid": "",
  "bottom-left": "",
  "bottom-right": "",
  left: "",
  "left-mid": "",
  mid: "",
  "mid-mid": "",
  right: "",
  "right-mid": "",
  middle: "  ",
};

/** A table's title and its rows below it, at most 80 columns wide. */
export function tableText({ title, head, rows }: TextTable): string {
  const cells = [head, ...rows.map((row) => row.map(terminalText))];
  const widths = columnWidths(cells);
  const [first = 0] = widths;
  const table = new Table({
    chars: BARE,
    colWidths: [...widths],
    style: { head: [], border: [], "padding-left": 0, "padding-right": 0 },
  });
  for (const [name = "", ...rest] of cells) table.push([cutInside(name, first), ...rest]);
  const lines = table.toString().split("\n");
  return [wrapped(terminalText(title)), ...lines.map((line) => `  ${line}`.trimEnd())].join("\n");
}

/** Names of one family begin alike: of one that is too long, its end is kept too. */
function cutInside(name: string, width: number): string {
  const letters = [...name];
  if (letters.length <= width) return name;
  const head = Math.ceil((width - 1) / 3);
  return `${letters.slice(0, head).join("")}…${letters.slice(1 + head - width).join("")}`;
}

/** Narrower than this a column of names says nothing any more. */
const NAME_WIDTH = 16;

/**
 * Natural widths. Where they are too wide for the screen, the names in the first column give way, then the widest
 * column, and what is cut ends in `…`.
 */
function columnWidths(cells: readonly (readonly string[])[]): readonly number[] {
  const widths = (cells[0] ?? []).map((_, column) =>
    Math.max(...cells.map((row) => [...(row[column] ?? "")].length)),
  );
  const room = WIDTH - 2 * widths.length;
  for (let sum = widths.reduce((total, width) => total + width, 0); sum > room; sum--) {
    const narrowed = (widths[0] ?? 0) > NAME_WIDTH ? 0 : widths.indexOf(Math.max(...widths));
    widths[narrowed] = (widths[narrowed] ?? 1) - 1;
  }
  return widths;
}
