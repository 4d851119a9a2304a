/** Trials with the same regressors: successes and failures, which may be fractions (a tie is half of each). */
export interface LogisticRow {
  readonly x: readonly number[];
  readonly wins: number;
  readonly losses: number;
}

const MOST_STEPS = 50;
const CLOSE = 1e-10;
/** Beyond this a coefficient runs away: the data are separated. */
const FARTHEST = 30;

/**
 * Coefficients of a logistic regression by Newton's method (no intercept but one that is among the regressors).
 * Undefined where there is no finite maximum, or more than one.
 */
export function logistic(rows: readonly LogisticRow[], size: number): readonly number[] | undefined {
  let beta: readonly number[] = Array.from({ length: size }, () => 0);
  for (let step = 0; step < MOST_STEPS; step++) {
    const { gradient, hessian } = derivatives(rows, beta);
    const move = solved(hessian, gradient);
    if (move === undefined) return undefined;
    // Far from the maximum a whole step may go past it.
    const longest = Math.max(...move.map(Math.abs));
    const share = longest > 2 ? 2 / longest : 1;
    beta = beta.map((value, at) => value + share * (move[at] ?? 0));
    if (beta.some((value) => !(Math.abs(value) < FARTHEST))) return undefined;
    if (longest < CLOSE) return beta;
  }
  return undefined;
}

/** The chance of a success at given regressors. */
export function logisticChance(beta: readonly number[], x: readonly number[]): number {
  return 1 / (1 + Math.exp(-x.reduce((sum, value, at) => sum + value * (beta[at] ?? 0), 0)));
}

/**
 * Coefficients without each group of rows in turn, by one Newton step from those of all rows (the one-step jackknife,
 * Pregibon 1981). `groups` holds the group of each row, from 0. Undefined where a group alone makes the fit.
 */
export function withoutEach(
  rows: readonly LogisticRow[],
  groups: readonly number[],
  beta: readonly number[],
): readonly (readonly number[])[] | undefined {
  const members: LogisticRow[][] = [];
  for (const [at, row] of rows.entries()) {
    const group = groups[at] ?? 0;
    const own = members[group] ?? [];
    own.push(row);
    members[group] = own;
  }
  const { hessian } = derivatives(rows, beta);
  const found: (readonly number[])[] = [];
  for (const own of members) {
    const part = derivatives(own, beta);
    const left = hessian.map((row, at) => row.map((value, to) => value - (part.hessian[at]?.[to] ?? 0)));
    const move = solved(left, part.gradient);
    if (move === undefined) return undefined;
    found.push(beta.map((value, at) => value - (move[at] ?? 0)));
  }
  return found;
}

function derivatives(rows: readonly LogisticRow[], beta: readonly number[]) {
  const gradient = beta.map(() => 0);
  const hessian = beta.map(() => beta.map(() => 0));
  for (const { x, wins, losses } of rows) {
    const chance = logisticChance(beta, x);
    const trials = wins + losses;
    for (const [at, value] of x.entries()) {
      gradient[at] = (gradient[at] ?? 0) + value * (wins - trials * chance);
      const row = hessian[at] ?? [];
      for (const [to, other] of x.entries())
        row[to] = (row[to] ?? 0) + value * other * trials * chance * (1 - chance);
    }
  }
  return { gradient, hessian };
}

/** Gaussian elimination with pivots; undefined for a singular matrix. */
function solved(
  matrix: readonly (readonly number[])[],
  right: readonly number[],
): readonly number[] | undefined {
  const rows = matrix.map((row, at) => [...row, right[at] ?? 0]);
  const size = rows.length;
  for (let column = 0; column < size; column++) {
    const rest = rows.slice(column);
    const pivot = rest.reduce((best, row) =>
      Math.abs(row[column] ?? 0) > Math.abs(best[column] ?? 0) ? row : best,
    );
    const scale = pivot[column] ?? 0;
    if (!(Math.abs(scale) > 1e-12)) return undefined;
    rows.splice(rows.indexOf(pivot), 1);
    rows.splice(column, 0, pivot);
    for (const [at, row] of rows.entries()) {
      if (at === column) continue;
      const factor = (row[column] ?? 0) / scale;
      for (let to = column; to <= size; to++) row[to] = (row[to] ?? 0) - factor * (pivot[to] ?? 0);
    }
  }
  return rows.map((row, at) => (row[size] ?? 0) / (row[at] ?? 1));
}
