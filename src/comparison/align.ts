import { rowsWhere } from "./case-rows.ts";
import type { Side } from "./case-scores.ts";
import { NO_ROW, type PairedCases, type PairRows, pairedCases } from "./paired-cases.ts";

/** Baseline and candidate on the same cases, with everything that could not be paired counted. */
export interface Alignment {
  readonly baseline: Side;
  readonly candidate: Side;
  /** Every case that either side has, but those whose content changed; by task, then id. */
  readonly pairs: PairedCases;
  /** Ids of cases whose content differs between the runs: not comparable. */
  readonly changed: readonly string[];
  /** Never asked of the other side. */
  readonly onlyBaseline: number;
  readonly onlyCandidate: number;
}

/**
 * Aligns two sides by task, case id and case hash. Within one run the tables are the same one. A case that one
 * side lacks stays in `pairs` with nothing scored, so that it is missing and not forgotten.
 */
export function align(baseline: Side, candidate: Side): Alignment {
  const sides = { baseline, candidate };
  const { rows, changed } =
    candidate.table === baseline.table ? { rows: rowsOfOne(sides), changed: [] } : rowsOfTwo(sides);
  const without = (side: keyof PairRows) => rows[side].reduce((n, row) => (row === NO_ROW ? n + 1 : n), 0);
  return {
    baseline,
    candidate,
    pairs: pairedCases(sides, rows),
    changed: changed.toSorted(),
    onlyBaseline: without("candidate"),
    onlyCandidate: without("baseline"),
  };
}

type Sides = Pick<Alignment, "baseline" | "candidate">;

/** Of the cases of one run, those that either side was asked. */
function rowsOfOne({ baseline, candidate }: Sides): PairRows {
  const asked = rowsWhere(
    baseline.table.byName.rows,
    (row) => isAsked(baseline, row) || isAsked(candidate, row),
  );
  if (asked.every((row) => isAsked(baseline, row) && isAsked(candidate, row)))
    return { baseline: asked, candidate: asked };
  const rowsIn = (side: Side) => asked.map((row) => (isAsked(side, row) ? row : NO_ROW));
  return { baseline: rowsIn(baseline), candidate: rowsIn(candidate) };
}

/** The cases of two runs, each in the order of names, side by side. */
function rowsOfTwo({ baseline, candidate }: Sides) {
  const before = baseline.table;
  const after = candidate.table;
  const changed: string[] = [];
  const most = before.byName.rows.length + after.byName.rows.length;
  const rows = { baseline: new Uint32Array(most), candidate: new Uint32Array(most) };
  let length = 0;
  for (const [row, other] of merged(before, after)) {
    if (row !== NO_ROW && other !== NO_ROW && before.cases.hash.at(row) !== after.cases.hash.at(other)) {
      changed.push(before.cases.id.at(row) ?? "");
      continue;
    }
    const [own, others] = [isAsked(baseline, row) ? row : NO_ROW, isAsked(candidate, other) ? other : NO_ROW];
    if (own === NO_ROW && others === NO_ROW) continue;
    rows.baseline[length] = own;
    rows.candidate[length] = others;
    length += 1;
  }
  return {
    rows: { baseline: rows.baseline.slice(0, length), candidate: rows.candidate.slice(0, length) },
    changed,
  };
}

/** The rows of each case in both tables, `NO_ROW` where one has none. */
function* merged(before: Side["table"], after: Side["table"]): Generator<readonly [number, number]> {
  const [left, right] = [before.byName.rows, after.byName.rows];
  let [at, other] = [0, 0];
  while (at < left.length || other < right.length) {
    const [row, otherRow] = [left[at] ?? NO_ROW, right[other] ?? NO_ROW];
    const apart = orderOf(before, row, { table: after, row: otherRow });
    yield [apart <= 0 ? row : NO_ROW, apart >= 0 ? otherRow : NO_ROW];
    if (apart <= 0) at += 1;
    if (apart >= 0) other += 1;
  }
}

function orderOf(table: Side["table"], row: number, other: { table: Side["table"]; row: number }): number {
  if (row === NO_ROW) return 1;
  if (other.row === NO_ROW) return -1;
  const { task, id } = other.table.cases;
  return table.byName.compare(row, task.at(other.row) ?? "", id.at(other.row) ?? "");
}

function isAsked({ samples }: Side, row: number): boolean {
  return row !== NO_ROW && samples.starts[row] !== samples.starts[row + 1];
}
