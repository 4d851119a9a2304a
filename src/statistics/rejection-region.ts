import { normalQuantile } from "./distributions.ts";
import { type ExtremeTables, extremeTables, logFactorials, supremum } from "./exact-noninferiority.ts";
import { EXACT_LIMIT } from "./noninferiority.ts";

/** A test of H0: delta <= d0 that is yet to be made. */
export interface PlannedTest {
  readonly n: number;
  /** Strictly between -1 and 1: -margin for `safe`; margin, with the models swapped, for `unsafe`. */
  readonly d0: number;
  /** Below 0.5. */
  readonly alpha: number;
}

const WIDTH = 1e-6;

/** The tables for which the gate's test of right-or-wrong answers rejects: exact, or Tango's with very many cases. */
export function rejectionRegion({ n, d0, alpha }: PlannedTest): ExtremeTables {
  const factorials = logFactorials(n);
  const at = (score: number) => extremeTables({ n, d0, score, factorials });
  const normal = -normalQuantile(alpha);
  return at(n <= EXACT_LIMIT ? criticalScore({ n, d0, alpha, from: normal - 0.5, at }) : normal);
}

interface Search extends PlannedTest {
  readonly from: number;
  at(score: number): ExtremeTables;
}

/** The p-value falls as the score rises, so the region is all tables above one score: by bisection. */
function criticalScore({ n, d0, alpha, from, at }: Search): number {
  // No table has a greater score; with very few cases not even that one is rejected.
  const top = Math.sqrt((n * (1 - d0)) / (1 + d0));
  let kept = from;
  let rejected = from + 1;
  let hint: number | undefined;
  const isRejected = (score: number) => {
    const found = supremum(at(score), alpha, hint);
    if (found.p > alpha) hint = found.at;
    return found.p <= alpha;
  };
  while (rejected <= top && !isRejected(rejected)) {
    kept = rejected;
    rejected += 0.5;
  }
  while (rejected - kept > WIDTH) {
    const middle = (kept + rejected) / 2;
    if (isRejected(middle)) rejected = middle;
    else kept = middle;
  }
  return rejected;
}
