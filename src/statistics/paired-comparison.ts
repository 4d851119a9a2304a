import type { Range } from "./case-means.ts";
import { areShared, type Clusters } from "./clusters.ts";
import type { Estimate } from "./interval.ts";
import { isEvery, type Numbers, numbersOf } from "./numbers.ts";
import { compareBinary, pairedTable } from "./paired-binary.ts";
import { compareBounded } from "./paired-bounded.ts";
import { compareMeans } from "./paired-mean.ts";
import type { PairedTable } from "./tango.ts";

export interface PairedInput {
  /** Per case the mean score of the model in use. */
  readonly baseline: Numbers;
  /** Per case, in the same order, the mean score of the model that would replace it. */
  readonly candidate: Numbers;
  /** True when every score is 0 or 1 and every case was asked once. */
  readonly binary: boolean;
  readonly clusters: Clusters | undefined;
  readonly range: Range | undefined;
  /** One-sided confidence of `lower` and of `upper`, e.g. 0.95. */
  readonly confidence: number;
  /** The loss that the team accepts, in the unit of the scores; 0 or more. */
  readonly margin: number | undefined;
  /** The exact test up to so many units (default 20,000), Tango's score above. */
  readonly exactUpTo?: number | undefined;
}

/**
 * - `insufficient`: fewer than two independent cases, or no spread and no range: nothing can be said.
 * - `few-differences`: without a declared range, fewer than ten cases differ: the t interval is not to be trusted.
 * - `few-clusters`: fewer than thirty clusters.
 * - `guard-decides`: safe only if rare losses of a whole case or cluster are ruled out.
 */
export type PairedWarning = "insufficient" | "few-differences" | "few-clusters" | "guard-decides";

/** delta = candidate minus baseline, on the same cases; positive when the candidate is better. */
export interface PairedComparison {
  /** The observed difference with a two-sided interval at `confidence`, for display. */
  readonly difference: Estimate;
  /** One-sided lower bound of delta: safe if and only if it lies above -margin. */
  readonly lower: number;
  /** One-sided upper bound of delta: unsafe if and only if it lies below -margin. */
  readonly upper: number;
  /** The least loss that the data rule out; negative when a gain is proven. */
  readonly provenMargin: number;
  /** P-value of H0: delta <= -margin. */
  readonly pNonInferior: number | undefined;
  /** P-value of H0: delta >= -margin. */
  readonly pInferior: number | undefined;
  /** One-sided p-value of H0: the candidate is not worse, for alarms on slices. */
  readonly pWorse: number;
  readonly method: "exact" | "tango" | "scaled-exact" | "scaled-tango" | "cr2-t" | "betting" | "insufficient";
  readonly counts: PairedTable | undefined;
  /** Independent units that the test counts: cases, or clusters at their effective number. */
  readonly units: number;
  readonly n: number;
  /** How many cases tell the models apart. */
  readonly nonZero: number;
  readonly guarded: { readonly safeWithoutGuard: boolean } | undefined;
  readonly warnings: readonly PairedWarning[];
}

/**
 * Compares two models on the same cases. Independent right-or-wrong cases asked once get the exact
 * unconditional test; graded, repeated or clustered scores the same test on wins and losses of typical size;
 * scores without a range the cluster-robust t.
 * Throws on no case, on lists of unequal length and on scores outside the range: those are bugs.
 */
export function pairedComparison(input: PairedInput): PairedComparison {
  const { baseline, candidate, clusters, confidence, margin, exactUpTo } = input;
  requireValid(input);
  const counts = input.binary ? pairedTable(baseline, candidate) : undefined;
  if (counts !== undefined && (clusters === undefined || !areShared(clusters)))
    return compareBinary(counts, { confidence, margin, exactUpTo });
  const range = input.binary ? { lower: 0, upper: 1 } : input.range;
  const at = (numbers: Numbers, place: number) => numbers.at(place) ?? Number.NaN;
  const differences = numbersOf(candidate.length, (place) => at(candidate, place) - at(baseline, place));
  const data = { differences, clusters, confidence, margin };
  if (range === undefined) return compareMeans(data);
  return { ...compareBounded({ ...data, exactUpTo, reach: range.upper - range.lower }), counts };
}

function requireValid({ baseline, candidate, clusters, range, confidence, margin }: PairedInput): void {
  if (baseline.length === 0) throw new RangeError("no case to compare");
  if (candidate.length !== baseline.length || (clusters ?? baseline).length !== baseline.length) {
    throw new RangeError("baseline, candidate and clusters must be of one length");
  }
  if (!(confidence > 0.5 && confidence < 1))
    throw new RangeError(`confidence ${confidence} is not between 0.5 and 1`);
  if (margin !== undefined && !(margin >= 0)) throw new RangeError(`margin ${margin} is negative`);
  if (range === undefined) return;
  const isInside = (score: number) => score >= range.lower && score <= range.upper;
  if (!isEvery(baseline, isInside) || !isEvery(candidate, isInside))
    throw new RangeError("a score is out of its range");
}
