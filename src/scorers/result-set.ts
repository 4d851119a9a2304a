import type { SqlTable, SqlValue } from "../domain/sandbox.ts";
import { quoted } from "./judgement.ts";

/** What counts as the same result. */
export interface ResultRules {
  /** The rows must stand in the same order. */
  readonly ordered: boolean;
  readonly columnNames: boolean;
  /** How far two numbers may be apart, as a share of the larger one (of 1, if both are smaller). Whole numbers are exact. */
  readonly tolerance: number;
  /** A number that is written as a text is as good as one. */
  readonly looseTypes: boolean;
}

/** Longest result whose rows are paired one by one where sorting does not pair them. */
const MOST_PAIRED = 1000;

/** How a result differs from the expected one; `undefined` where it does not. */
export function resultDifference(found: SqlTable, wanted: SqlTable, rules: ResultRules): string | undefined {
  if (found.columns.length !== wanted.columns.length)
    return `${found.columns.length} columns, expected ${wanted.columns.length}`;
  const names = ({ columns }: SqlTable) => columns.map((name) => name.toLowerCase());
  if (rules.columnNames && names(found).join("\0") !== names(wanted).join("\0"))
    return `columns ${found.columns.join(", ")}, expected ${wanted.columns.join(", ")}`;
  if (found.rows.length !== wanted.rows.length)
    return `${found.rows.length} rows, expected ${wanted.rows.length}`;
  const arranged = rules.ordered ? [found.rows, wanted.rows] : [sorted(found.rows), sorted(wanted.rows)];
  const [rows = [], others = []] = arranged;
  const at = rows.findIndex((row, index) => !sameRow(row, others[index] ?? [], rules));
  if (at < 0) return undefined;
  if (!rules.ordered && rows.length <= MOST_PAIRED && isPairing(rows, others, rules)) return undefined;
  const where = rules.ordered ? ` ${at + 1}` : "";
  return `row${where} ${rowText(rows[at])} found, ${rowText(others[at])} expected`;
}

type Row = readonly SqlValue[];

function rowText(row: Row = []): string {
  return quoted(JSON.stringify(row), 100);
}

function sorted(rows: readonly Row[]): readonly Row[] {
  return rows
    .map((row) => ({ row, key: JSON.stringify(row.map(sortKey)) }))
    .sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0))
    .map(({ row }) => row);
}

/** Numbers that differ by noise mostly sort alike; `isPairing` catches those that do not. */
function sortKey(value: SqlValue): string {
  const amount = typeof value === "object" ? Number.NaN : toNumber(value);
  return Number.isNaN(amount) ? JSON.stringify(value) : amount.toPrecision(6);
}

function isPairing(rows: readonly Row[], others: readonly Row[], rules: ResultRules): boolean {
  const left = [...others];
  return rows.every((row) => {
    const at = left.findIndex((other) => sameRow(row, other, rules));
    if (at >= 0) left.splice(at, 1);
    return at >= 0;
  });
}

function sameRow(row: Row, other: Row, rules: ResultRules): boolean {
  return row.every((value, index) => sameValue(value, other[index] ?? null, rules));
}

function sameValue(a: SqlValue, b: SqlValue, { tolerance, looseTypes }: ResultRules): boolean {
  if (a === b) return true;
  if (a === null || b === null) return false;
  if (typeof a === "object" || typeof b === "object") return JSON.stringify(a) === JSON.stringify(b);
  if (!looseTypes && typeof a !== typeof b) return false;
  if (typeof a === "string" && typeof b === "string") return false;
  const [x, y] = [toNumber(a), toNumber(b)];
  if (Number.isInteger(x) && Number.isInteger(y)) return x === y;
  return Math.abs(x - y) <= tolerance * Math.max(1, Math.abs(x), Math.abs(y));
}

/** NaN where a text is no number. */
function toNumber(value: number | string): number {
  return typeof value === "string" && value.trim() === "" ? Number.NaN : Number(value);
}
