import type { Range } from "./case-means.ts";
import { type ClusteredMean, cr2OfGroups, type Group, groupsOf } from "./clustered-mean.ts";
import { tCdf, tQuantile } from "./distributions.ts";
import type { PairedComparison, PairedWarning } from "./paired-comparison.ts";

export interface PairedMeanInput {
  /** Candidate minus baseline, per case. */
  readonly differences: readonly number[];
  readonly clusters: readonly (string | undefined)[] | undefined;
  readonly range: Range | undefined;
  readonly confidence: number;
  readonly margin: number | undefined;
}

/** Under these numbers a result is shown with a caution. */
const FEW_DIFFERENCES = 10;
const FEW_CLUSTERS = 30;

/**
 * Compares two models by the mean of their paired differences. With a declared range R two pseudo-clusters
 * of mean size are added, one all +R and one all -R ("plus-two"), before the CR2 standard error is taken; the
 * degrees of freedom stay those of the data. So differences that are few or alike never certify by themselves.
 */
export function compareMeans(input: PairedMeanInput): PairedComparison {
  const { differences, range, margin, confidence } = input;
  const n = differences.length;
  const groups = groupsOf({ values: differences, clusters: input.clusters });
  const reach = range === undefined ? Infinity : range.upper - range.lower;
  const plain = cr2OfGroups(groups);
  const fit = plain === undefined ? undefined : usableFit(groups, plain, reach);
  const method = fit === undefined ? "insufficient" : range === undefined ? "cr2-t" : "plus-two-t";
  const { lower, upper } = boundsOf(fit, reach, 2 * confidence - 1);
  const display = boundsOf(fit, reach, confidence);
  const estimate = differences.reduce((sum, difference) => sum + difference, 0) / n;
  const nonZero = differences.filter((difference) => difference !== 0).length;
  const guarded = guardOf({ plain, reach, margin, confidence });
  const warnings = cautions({ fit, nonZero, groups: groups.length, n, ranged: range !== undefined });
  const guardDecides = guarded?.safeWithoutGuard === true && margin !== undefined && !(lower > -margin);
  return {
    difference: {
      estimate,
      lower: Math.min(estimate, display.lower),
      upper: Math.max(estimate, display.upper),
      method,
      n,
      df: fit?.df,
    },
    lower,
    upper,
    provenMargin: -lower,
    pNonInferior: margin === undefined ? undefined : pAbove(fit, -margin),
    pInferior: margin === undefined ? undefined : pBelow(fit, -margin),
    pWorse: pBelow(fit, 0),
    method,
    counts: undefined,
    df: fit?.df,
    n,
    nonZero,
    guarded,
    warnings: guardDecides ? [...warnings, "guard-decides"] : warnings,
  };
}

/** The guarded fit where a range allows it, else the plain one; undefined when neither says anything. */
function usableFit(groups: readonly Group[], plain: ClusteredMean, reach: number): ClusteredMean | undefined {
  if (reach === Infinity) return plain.se > 0 ? plain : undefined;
  const size = groups.reduce((sum, group) => sum + group.size, 0) / groups.length;
  const guards = [
    { size, sum: size * reach },
    { size, sum: -size * reach },
  ];
  const fit = cr2OfGroups([...groups, ...guards]);
  return fit === undefined ? undefined : { ...fit, df: plain.df, groups: plain.groups };
}

interface Ends {
  readonly lower: number;
  readonly upper: number;
}

/** Two-sided t interval, kept within what the range allows; all of it when there is no fit. */
function boundsOf(fit: ClusteredMean | undefined, reach: number, confidence: number): Ends {
  if (fit === undefined) return { lower: -reach, upper: reach };
  const half = tQuantile((1 + confidence) / 2, fit.df) * fit.se;
  return { lower: Math.max(-reach, fit.mean - half), upper: Math.min(reach, fit.mean + half) };
}

/** P-value of H0: delta <= d0. */
function pAbove(fit: ClusteredMean | undefined, d0: number): number {
  return fit === undefined ? 1 : tCdf((d0 - fit.mean) / fit.se, fit.df);
}

/** P-value of H0: delta >= d0. */
function pBelow(fit: ClusteredMean | undefined, d0: number): number {
  return fit === undefined ? 1 : tCdf((fit.mean - d0) / fit.se, fit.df);
}

interface GuardInput {
  readonly plain: ClusteredMean | undefined;
  readonly reach: number;
  readonly margin: number | undefined;
  readonly confidence: number;
}

function guardOf({ plain, reach, margin, confidence }: GuardInput): PairedComparison["guarded"] {
  if (margin === undefined || plain === undefined || reach === Infinity) return undefined;
  return { safeWithoutGuard: boundsOf(plain, reach, 2 * confidence - 1).lower > -margin };
}

interface CautionInput {
  readonly fit: ClusteredMean | undefined;
  readonly nonZero: number;
  readonly groups: number;
  readonly n: number;
  readonly ranged: boolean;
}

function cautions({ fit, nonZero, groups, n, ranged }: CautionInput): readonly PairedWarning[] {
  const warnings: PairedWarning[] = [];
  if (fit === undefined) warnings.push("insufficient");
  if (!ranged && nonZero < FEW_DIFFERENCES) warnings.push("few-differences");
  if (groups < n && groups < FEW_CLUSTERS) warnings.push("few-clusters");
  return warnings;
}
