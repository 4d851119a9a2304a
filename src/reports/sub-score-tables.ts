import { type PieceKey, pieceName } from "../comparison/piece-columns.ts";
import type { RunSubScore } from "../comparison/run-table.ts";
import type { SubScoreComparison } from "../comparison/sub-scores.ts";
import { counted } from "../domain/counted.ts";
import type { Interval } from "../statistics/interval.ts";
import { percent, points } from "./number-text.ts";
import type { TextTable } from "./tables.ts";

/** Rows of a table; the JSON report has every sub-score. */
const MOST_ROWS = 30;

/** The sub-scores of two models side by side. */
export function subScoreComparisonTable(compared: readonly SubScoreComparison[]): readonly TextTable[] {
  const differing = compared.filter(({ baselineMean, candidateMean }) => baselineMean !== candidateMean);
  const equal = compared.length - differing.length;
  const left = equal === 0 ? "" : `; ${equal} of ${compared.length} are equal and left out`;
  const isOneTask = new Set(compared.map(({ task }) => task)).size === 1;
  const scorer = onlyScorer(compared);
  const name = (row: SubScoreComparison) => (scorer === undefined ? nameText(row) : (row.part ?? row.scorer));
  const title = `Sub-scores${scorer === undefined ? "" : ` of ${scorer}`}${casesText(differing)}`;
  return tableOf(`${title}; intervals not corrected for their number${left}`, differing, [
    ["sub-score", (row) => (isOneTask ? name(row) : `${row.task}, ${name(row)}`)],
    ...casesColumn(differing),
    ["baseline", ({ baselineMean }) => percent(baselineMean)],
    ["candidate", ({ candidateMean }) => percent(candidateMean)],
    ["difference", ({ difference }) => differenceText(difference.difference)],
    ["interval", ({ difference: { difference: d } }) => `${points(d.lower)} to ${points(d.upper)}`],
  ]);
}

/** The sub-scores of every model of a run. */
export function runSubScoreTable(
  scores: readonly RunSubScore[],
  nameOf: (row: RunSubScore) => string,
): readonly TextTable[] {
  return tableOf(`Sub-scores${casesText(scores)}`, scores, [
    ["task", ({ task }) => task],
    ["model", nameOf],
    ["sub-score", nameText],
    ...casesColumn(scores),
    ["mean", ({ mean }) => (mean === undefined ? "unknown" : percent(mean.estimate))],
    ["interval", ({ mean }) => (mean === undefined ? "" : `${percent(mean.lower)} – ${percent(mean.upper)}`)],
    ...(scores.every(({ unscored }) => unscored === 0)
      ? []
      : [column<RunSubScore>("unscored", ({ unscored }) => String(unscored))]),
  ]);
}

/** The scorer that all of them are parts of, where it is one with the usual weight. */
function onlyScorer(compared: readonly SubScoreComparison[]): string | undefined {
  const [first] = compared;
  const isOne = compared.every(
    ({ scorer, part, weight }) => scorer === first?.scorer && part !== undefined && weight === 1,
  );
  return isOne ? first?.scorer : undefined;
}

type Column<Row> = readonly [head: string, cell: (row: Row) => string];

function column<Row>(head: string, cell: (row: Row) => string): Column<Row> {
  return [head, cell];
}

function tableOf<Row>(
  title: string,
  all: readonly Row[],
  columns: readonly Column<Row>[],
): readonly TextTable[] {
  if (all.length === 0) return [];
  return [
    {
      title: `${title}${left(all.length)}`,
      head: columns.map(([head]) => head),
      rows: all.slice(0, MOST_ROWS).map((row) => columns.map(([, cell]) => cell(row))),
    },
  ];
}

interface Counted {
  readonly cases: number;
}

/** One number of cases is told by the title. */
function casesText(rows: readonly Counted[]): string {
  return isOneNumber(rows) ? ` (${counted(rows[0]?.cases ?? 0, "case")})` : "";
}

function casesColumn<Row extends Counted>(rows: readonly Row[]): readonly Column<Row>[] {
  return isOneNumber(rows) ? [] : [["cases", ({ cases }) => String(cases)]];
}

function isOneNumber(rows: readonly Counted[]): boolean {
  return new Set(rows.map(({ cases }) => cases)).size === 1;
}

function nameText(piece: PieceKey & { readonly weight: number | undefined }): string {
  const { weight } = piece;
  if (weight === 1) return pieceName(piece);
  const shown = weight === undefined ? "by case" : String(Number(weight.toPrecision(3)));
  return `${pieceName(piece)} (weight ${shown})`;
}

function differenceText({ estimate, lower, upper }: Interval): string {
  return lower <= 0 && upper >= 0 ? `~ ${points(estimate)}` : points(estimate);
}

function left(count: number): string {
  return count > MOST_ROWS ? `; the first ${MOST_ROWS} of ${count}, all in the JSON report` : "";
}
