import { type ClusteredMean, cr2OfGroups, type Groups, groupsOf } from "./clustered-mean.ts";
import type { Clusters } from "./clusters.ts";
import { tCdf, tQuantile } from "./distributions.ts";
import { average, countWhere, type Numbers } from "./numbers.ts";
import type { PairedComparison, PairedWarning } from "./paired-comparison.ts";

export interface PairedMeanInput {
  /** Candidate minus baseline, per case. */
  readonly differences: Numbers;
  readonly clusters: Clusters | undefined;
  readonly confidence: number;
  readonly margin: number | undefined;
}

/** Under these numbers a result is shown with a caution. */
const FEW_DIFFERENCES = 10;
export const FEW_CLUSTERS = 30;

/** Compares two models by the mean of differences without a known range: CR2 t, undecided without any spread. */
export function compareMeans({
  differences,
  clusters,
  margin,
  confidence,
}: PairedMeanInput): PairedComparison {
  const n = differences.length;
  const groups = groupsOf({ values: differences, clusters });
  const units = groups.sizes.length;
  const plain = cr2OfGroups(groups);
  const fit = plain !== undefined && plain.se > 0 ? plain : undefined;
  const method = fit === undefined ? "insufficient" : "cr2-t";
  const estimate = average(differences);
  const { lower, upper } = boundsOf(fit, 2 * confidence - 1);
  const nonZero = countWhere(differences, (difference) => difference !== 0);
  const warnings: PairedWarning[] = [];
  if (fit === undefined) warnings.push("insufficient");
  if (nonZero < FEW_DIFFERENCES) warnings.push("few-differences");
  if (units < n && units < FEW_CLUSTERS) warnings.push("few-clusters");
  return {
    difference: { estimate, ...boundsOf(fit, confidence), method, n },
    lower,
    upper,
    provenMargin: -lower,
    pNonInferior: margin === undefined ? undefined : pAbove(fit, -margin),
    pInferior: margin === undefined ? undefined : pBelow(fit, -margin),
    pWorse: pBelow(fit, 0),
    method,
    counts: undefined,
    units,
    n,
    nonZero,
    guarded: undefined,
    warnings,
  };
}

/** Whether the cluster-robust t by itself would say safe: it does where nothing differs, however few the cases. */
export function isSafeByT(
  groups: Groups,
  { margin, confidence }: { readonly margin: number; readonly confidence: number },
): boolean {
  return boundsOf(cr2OfGroups(groups), 2 * confidence - 1).lower > -margin;
}

interface Ends {
  readonly lower: number;
  readonly upper: number;
}

/** Two-sided t interval; everything when there is no fit. */
function boundsOf(fit: ClusteredMean | undefined, confidence: number): Ends {
  if (fit === undefined) return { lower: -Infinity, upper: Infinity };
  const half = tQuantile((1 + confidence) / 2, fit.df) * fit.se;
  return { lower: fit.mean - half, upper: fit.mean + half };
}

/** P-value of H0: delta <= d0. */
function pAbove(fit: ClusteredMean | undefined, d0: number): number {
  return fit === undefined ? 1 : tCdf((d0 - fit.mean) / fit.se, fit.df);
}

/** P-value of H0: delta >= d0. */
function pBelow(fit: ClusteredMean | undefined, d0: number): number {
  return fit === undefined ? 1 : tCdf((fit.mean - d0) / fit.se, fit.df);
}
