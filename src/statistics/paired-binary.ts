import { normalCdf, normalQuantile } from "./distributions.ts";
import { exactLower, exactP } from "./exact-noninferiority.ts";
import { mcnemarMidP } from "./mcnemar.ts";
import type { PairedComparison } from "./paired-comparison.ts";
import { casesOf, type PairedTable, swapped, tangoInterval, tangoLower, tangoScore } from "./tango.ts";

/** Above this many cases Tango's score is used as it is; its error is then far below a point of alpha. */
export const EXACT_LIMIT = 20_000;

export interface BinarySettings {
  /** One-sided confidence of each bound, e.g. 0.95. */
  readonly confidence: number;
  readonly margin: number | undefined;
}

/** Counts the cases by who was right. Throws on a score other than 0 and 1. */
export function pairedTable(baseline: readonly number[], candidate: readonly number[]): PairedTable {
  const counts = { both: 0, baselineOnly: 0, candidateOnly: 0, neither: 0 };
  for (const [index, before] of baseline.entries()) {
    const after = candidate[index];
    if ((before !== 0 && before !== 1) || (after !== 0 && after !== 1)) {
      throw new RangeError(`case ${index} is not binary: ${before} and ${after}`);
    }
    if (before === 1) counts[after === 1 ? "both" : "baselineOnly"] += 1;
    else counts[after === 1 ? "candidateOnly" : "neither"] += 1;
  }
  return counts;
}

/** Compares two models on independent cases with one right-or-wrong answer each. */
export function compareBinary(table: PairedTable, settings: BinarySettings): PairedComparison {
  const n = casesOf(table);
  const { margin } = settings;
  const alpha = 1 - settings.confidence;
  const test = n <= EXACT_LIMIT ? exactTest : tangoTest;
  const pNonInferior = margin === undefined ? undefined : test.p(table, -margin);
  const pInferior = margin === undefined ? undefined : test.p(swapped(table), margin);
  const lower = agree(test.lower(table, alpha), pNonInferior, { at: -(margin ?? 0), alpha });
  const upper = -agree(test.lower(swapped(table), alpha), pInferior, { at: margin ?? 0, alpha });
  return {
    difference: { ...tangoInterval(table, settings.confidence), method: "tango", n },
    lower,
    upper,
    provenMargin: -lower,
    pNonInferior,
    pInferior,
    pWorse: mcnemarMidP(table.baselineOnly, table.candidateOnly).oneSided,
    method: test.method,
    counts: table,
    df: undefined,
    n,
    nonZero: table.baselineOnly + table.candidateOnly,
    guarded: undefined,
    warnings: [],
  };
}

interface OneSidedTest {
  readonly method: "exact" | "tango";
  /** P-value of H0: delta <= d0. */
  readonly p: (table: PairedTable, d0: number) => number;
  readonly lower: (table: PairedTable, alpha: number) => number;
}

const exactTest: OneSidedTest = { method: "exact", p: exactP, lower: exactLower };

const tangoTest: OneSidedTest = {
  method: "tango",
  p: (table, d0) => normalCdf(-tangoScore(table, d0)),
  lower: (table, alpha) => tangoLower(table, normalQuantile(1 - alpha)),
};

const HAIR = 1e-7;

/**
 * Makes a bound, which bisection finds to a hair, say the same as the test at the value that was declared
 * beforehand: above it if and only if the test rejects there.
 */
function agree(lower: number, p: number | undefined, { at, alpha }: { at: number; alpha: number }): number {
  if (p === undefined) return lower;
  return p <= alpha ? Math.max(lower, at + HAIR) : Math.min(lower, at);
}
