import { groupsOf } from "./clustered-mean.ts";
import type { Clusters } from "./clusters.ts";
import { signMidP } from "./mcnemar.ts";
import { nonInferiority } from "./noninferiority.ts";
import { average, countWhere, type Numbers } from "./numbers.ts";
import type { PairedComparison, PairedWarning } from "./paired-comparison.ts";
import { FEW_CLUSTERS, isSafeByT } from "./paired-mean.ts";
import { type ScaledCounts, scaledCounts } from "./scaled-counts.ts";
import { tangoInterval } from "./tango.ts";

export interface PairedBoundedInput {
  /** Candidate minus baseline, per case. */
  readonly differences: Numbers;
  readonly clusters: Clusters | undefined;
  /** Width of the range of a score: no difference is larger. */
  readonly reach: number;
  readonly confidence: number;
  readonly margin: number | undefined;
  readonly exactUpTo?: number | undefined;
}

/** The largest margin that the test takes, in units of the typical difference. */
const LARGEST = 1 - 1e-9;

/**
 * Compares two models by the mean of paired differences within a known range (graded, repeated or clustered
 * scores) with the exact test for right-or-wrong cases, on the wins and losses of typical size that the differences
 * come to (`scaledCounts`). For independent scores of 0 and 1 it is that test; identical repeats change nothing.
 */
export function compareBounded(input: PairedBoundedInput): PairedComparison {
  const { differences, reach, margin, confidence } = input;
  const n = differences.length;
  const groups = groupsOf({ values: differences, clusters: input.clusters });
  const scaled = scaledCounts(groups, reach);
  const facts = {
    counts: undefined,
    n,
    nonZero: countWhere(differences, (difference) => difference !== 0),
  };
  const estimate = average(differences);
  if (scaled === undefined) return { ...nothingSaid({ estimate, n, reach, margin }), ...facts };
  const { counts, size } = scaled;
  const tested = nonInferiority(counts, {
    margin: margin === undefined ? undefined : Math.min(margin / size, LARGEST),
    alpha: 1 - confidence,
    exactUpTo: input.exactUpTo,
  });
  const lower = tested.lower * size;
  const guarded =
    margin === undefined ? undefined : { safeWithoutGuard: isSafeByT(groups, { margin, confidence }) };
  const guardDecides = guarded?.safeWithoutGuard === true && !(lower > -(margin ?? 0));
  const fewClusters = groups.sizes.length < n && groups.sizes.length < FEW_CLUSTERS;
  return {
    ...facts,
    difference: { ...displayed(scaled, estimate, confidence), method: "scaled-tango", n },
    lower,
    upper: tested.upper * size,
    provenMargin: -lower,
    pNonInferior: tested.pNonInferior,
    pInferior: tested.pInferior,
    pWorse: signMidP(counts.losses, counts.wins),
    method: tested.method === "exact" ? "scaled-exact" : "scaled-tango",
    units: counts.n,
    guarded,
    warnings: [
      ...(fewClusters ? (["few-clusters"] as const) : []),
      ...(guardDecides ? (["guard-decides"] as const) : []),
    ],
  };
}

function displayed({ counts, size }: ScaledCounts, estimate: number, confidence: number) {
  const { lower, upper } = tangoInterval(counts, confidence);
  return { estimate, lower: Math.min(estimate, lower * size), upper: Math.max(estimate, upper * size) };
}

interface Unsaid {
  readonly estimate: number;
  readonly n: number;
  readonly reach: number;
  readonly margin: number | undefined;
}

/** Fewer than two independent units: every difference within reach is still possible. */
function nothingSaid({ estimate, n, reach, margin }: Unsaid) {
  const p = margin === undefined ? undefined : 1;
  const warnings: readonly PairedWarning[] = ["insufficient"];
  return {
    difference: { estimate, lower: -reach, upper: reach, method: "insufficient", n },
    lower: -reach,
    upper: reach,
    provenMargin: reach,
    pNonInferior: p,
    pInferior: p,
    pWorse: 1,
    method: "insufficient",
    units: 1,
    guarded: undefined,
    warnings,
  } as const;
}
