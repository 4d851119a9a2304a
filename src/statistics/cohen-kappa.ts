import { tQuantile } from "./distributions.ts";
import type { Interval } from "./interval.ts";

/** Cohen's kappa with what it is made of. */
export interface Kappa extends Interval {
  /** Standard error of the estimate (Fleiss, Cohen & Everitt 1969), not the one under no agreement. */
  readonly se: number;
  /** Observed and chance-expected agreement, weighted as the kappa is. */
  readonly observed: number;
  readonly expected: number;
  readonly n: number;
}

/** How much a disagreement counts: wholly, or by the square of its distance on an ordinal scale. */
export type KappaWeights = "equal" | "quadratic";

/** Counts: rows for the one rater, columns for the other, categories in order. */
export type SquareTable = readonly (readonly number[])[];

/**
 * Cohen's kappa of two raters. Undefined where both gave one and the same category throughout: chance alone would
 * agree. Source: Cohen 1960, 1968; the standard error is that of Fleiss, Cohen & Everitt 1969, for which zero cells are
 * kept. The interval is that of the table with one disagreement more either way, from end to end of the scale, as the
 * plus-two interval of a share: few labels that all agree prove little.
 */
export function cohenKappa(
  table: SquareTable,
  { weights, confidence }: { readonly weights: KappaWeights; readonly confidence: number },
): Kappa | undefined {
  const size = table.length;
  const n = table.flat().reduce((sum, count) => sum + count, 0);
  if (size < 2 || table.some((row) => row.length !== size) || !(n > 0))
    throw new RangeError("kappa needs a square table of at least two categories and one count");
  const kappa = pointKappa(table, weights);
  const guarded = pointKappa(guardedTable(table), weights);
  if (kappa === undefined || guarded === undefined) return undefined;
  const half = tQuantile((1 + confidence) / 2, n + 1) * guarded.se;
  return {
    ...kappa,
    lower: Math.max(-1, Math.min(kappa.estimate, guarded.estimate - half)),
    upper: Math.min(1, Math.max(kappa.estimate, guarded.estimate + half)),
    n,
  };
}

function guardedTable(table: SquareTable): SquareTable {
  const last = table.length - 1;
  return table.map((row, at) =>
    row.map((count, to) => count + Number((at === 0 && to === last) || (at === last && to === 0))),
  );
}

function pointKappa(
  table: SquareTable,
  weights: KappaWeights,
): Pick<Kappa, "estimate" | "se" | "observed" | "expected"> | undefined {
  const size = table.length;
  const n = table.flat().reduce((sum, count) => sum + count, 0);
  const share = (row: number, column: number) => (table[row]?.[column] ?? 0) / n;
  const all = Array.from({ length: size }, (_, at) => at);
  const sum = (of: (at: number) => number) => all.reduce((total, at) => total + of(at), 0);
  const rows = all.map((row) => sum((column) => share(row, column)));
  const columns = all.map((column) => sum((row) => share(row, column)));
  const weight = (row: number, column: number) =>
    weights === "equal" ? Number(row === column) : 1 - ((row - column) / (size - 1)) ** 2;
  const both = (of: (row: number, column: number) => number) =>
    sum((row) => sum((column) => of(row, column)));
  const observed = both((row, column) => weight(row, column) * share(row, column));
  const expected = both((row, column) => weight(row, column) * (rows[row] ?? 0) * (columns[column] ?? 0));
  if (expected >= 1 - 1e-12) return undefined;
  const rowWeight = all.map((row) => sum((column) => weight(row, column) * (columns[column] ?? 0)));
  const columnWeight = all.map((column) => sum((row) => weight(row, column) * (rows[row] ?? 0)));
  const spread = both((row, column) => {
    const marginal = (rowWeight[row] ?? 0) + (columnWeight[column] ?? 0);
    return share(row, column) * (weight(row, column) * (1 - expected) - marginal * (1 - observed)) ** 2;
  });
  const centre = (observed * expected - 2 * expected + observed) ** 2;
  const se = Math.sqrt(Math.max(0, spread - centre) / n) / (1 - expected) ** 2;
  return { estimate: (observed - expected) / (1 - expected), se, observed, expected };
}
