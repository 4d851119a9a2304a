import { normalCdf, normalQuantile } from "./distributions.ts";
import { exactLower, exactP } from "./exact-noninferiority.ts";
import { mirrored, tangoLower, tangoScore, type WinsAndLosses } from "./tango.ts";

/** Above this many units Tango's score is used as it is; its error is then far below a point of alpha. */
export const EXACT_LIMIT = 20_000;

/** What wins and losses say about delta, the candidate's gain per unit. */
export interface NonInferiority {
  readonly method: "exact" | "tango";
  /** One-sided bounds of delta. */
  readonly lower: number;
  readonly upper: number;
  /** P-values of H0: delta <= -margin, and of H0: delta >= -margin. */
  readonly pNonInferior: number | undefined;
  readonly pInferior: number | undefined;
}

/** How a test is made. */
export interface NonInferioritySettings {
  readonly margin: number | undefined;
  readonly alpha: number;
  /** Exact up to so many units: `EXACT_LIMIT` if not given. */
  readonly exactUpTo?: number | undefined;
}

/** Tests delta against -margin (0 <= margin < 1) from wins and losses: exactly up to 20,000 units or as set. */
export function nonInferiority(
  counts: WinsAndLosses,
  { margin, alpha, exactUpTo = EXACT_LIMIT }: NonInferioritySettings,
): NonInferiority {
  const test = counts.n <= exactUpTo ? exactTest : tangoTest;
  const other = mirrored(counts);
  const pNonInferior = margin === undefined ? undefined : test.p(counts, -margin);
  const pInferior = margin === undefined ? undefined : test.p(other, margin);
  return {
    method: test.method,
    lower: agree(test.lower(counts, alpha), pNonInferior, { at: -(margin ?? 0), alpha }),
    upper: -agree(test.lower(other, alpha), pInferior, { at: margin ?? 0, alpha }),
    pNonInferior,
    pInferior,
  };
}

interface OneSidedTest {
  readonly method: NonInferiority["method"];
  /** P-value of H0: delta <= d0. */
  readonly p: (counts: WinsAndLosses, d0: number) => number;
  readonly lower: (counts: WinsAndLosses, alpha: number) => number;
}

const exactTest: OneSidedTest = { method: "exact", p: exactP, lower: exactLower };

const tangoTest: OneSidedTest = {
  method: "tango",
  p: (counts, d0) => normalCdf(-tangoScore(counts, d0)),
  lower: (counts, alpha) => tangoLower(counts, normalQuantile(1 - alpha)),
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
