import { type ClusteredMean, cr2 } from "./clustered-mean.ts";
import type { Clusters } from "./clusters.ts";
import { normalQuantile, tQuantile } from "./distributions.ts";
import type { Estimate } from "./interval.ts";
import { average, type Numbers } from "./numbers.ts";
import { packedNumbers } from "./packed-numbers.ts";
import { wilson } from "./proportion.ts";

/** The least and the greatest value that a score can take. */
export interface Range {
  readonly lower: number;
  readonly upper: number;
}

export interface MeanInput {
  /** Per case, the scores of its repeats (at least one); read through once, so that a million can be made as they come. */
  readonly scores: Iterable<readonly number[]>;
  /** The cluster of each case; a case without one is its own. */
  readonly clusters: Clusters | undefined;
  /** Undefined for a quantity without bounds (seconds, dollars). */
  readonly range: Range | undefined;
  /** Two-sided confidence, e.g. 0.95. */
  readonly confidence: number;
}

/** Below this many independent groups a bounded score gets Wilson's interval, never one made from its sd. */
const FEW_GROUPS = 10;

/**
 * Mean of the case means (a case with more repeats does not weigh more) with a two-sided interval in the
 * unit of the scores. The method is one of `wilson`, `wilson-effective`, `wilson-rescaled`, `t`,
 * `insufficient`; the last (fewer than two independent groups) spans the range, or is infinite.
 * Throws on no case, on a case without a score and on a score outside the range.
 */
export function meanEstimate(input: MeanInput): Estimate {
  const { means, isBinary, isOnce } = caseMeans(input.scores, input.range);
  const n = means.length;
  const fit = cr2({ values: means, clusters: input.clusters });
  const { range, confidence } = input;
  if (fit === undefined) return insufficient(means, range);
  if (range === undefined) return tEstimate(fit, { n, range, confidence });
  const unit = (fit.mean - range.lower) / (range.upper - range.lower);
  if (isBinary) {
    const independent = fit.groups === n && isOnce;
    const size = independent ? n : effectiveSize(fit, n, confidence);
    return wilsonEstimate(unit, {
      size,
      n,
      range,
      confidence,
      method: independent ? "wilson" : "wilson-effective",
    });
  }
  if (fit.groups < FEW_GROUPS || fit.se < 1e-12 * (range.upper - range.lower)) {
    return wilsonEstimate(unit, { size: fit.groups, n, range, confidence, method: "wilson-rescaled" });
  }
  return tEstimate(fit, { n, range, confidence });
}

interface CaseMeans {
  readonly means: Numbers;
  /** Every score is 0 or 1, and they could be nothing beyond. */
  readonly isBinary: boolean;
  /** No case has a second score. */
  readonly isOnce: boolean;
}

/** Mean of each case's scores. Throws on a case without a score, and on one outside the range. */
function caseMeans(scores: Iterable<readonly number[]>, range: Range | undefined): CaseMeans {
  if (range !== undefined && !(range.upper > range.lower)) throw new RangeError("an empty range of scores");
  const means = packedNumbers();
  let isBinary = range?.lower === 0 && range.upper === 1;
  let isOnce = true;
  for (const repeats of scores) {
    if (repeats.length === 0) throw new RangeError("a case without a score");
    isOnce &&= repeats.length === 1;
    let sum = 0;
    for (const score of repeats) {
      const inside = range === undefined || (score >= range.lower && score <= range.upper);
      if (!Number.isFinite(score) || !inside) throw new RangeError(`score ${score} is out of range`);
      isBinary &&= score === 0 || score === 1;
      sum += score;
    }
    means.push(sum / repeats.length);
  }
  if (means.length === 0) throw new RangeError("no case to estimate a mean from");
  return { means, isBinary, isOnce };
}

/** How many independent binary cases would leave the same uncertainty; at most n. */
function effectiveSize(fit: ClusteredMean, n: number, confidence: number): number {
  const { mean, se, df, groups } = fit;
  if (mean <= 0 || mean >= 1) return groups;
  if (se === 0) return n;
  const level = (1 + confidence) / 2;
  const ratio = normalQuantile(level) / tQuantile(level, df);
  return Math.min(n, ((mean * (1 - mean)) / se ** 2) * ratio ** 2);
}

interface WilsonSettings {
  readonly size: number;
  readonly n: number;
  readonly range: Range;
  readonly confidence: number;
  readonly method: string;
}

function wilsonEstimate(unit: number, settings: WilsonSettings): Estimate {
  const { size, n, range, confidence, method } = settings;
  const share = Math.min(1, Math.max(0, unit));
  const interval = wilson(share * size, size, confidence);
  const scale = (value: number) => range.lower + value * (range.upper - range.lower);
  return { estimate: scale(share), lower: scale(interval.lower), upper: scale(interval.upper), method, n };
}

interface Bounds {
  readonly n: number;
  readonly range: Range | undefined;
  readonly confidence: number;
}

function tEstimate(fit: ClusteredMean, { n, range, confidence }: Bounds): Estimate {
  const half = tQuantile((1 + confidence) / 2, fit.df) * fit.se;
  return {
    estimate: fit.mean,
    lower: Math.max(range?.lower ?? -Infinity, fit.mean - half),
    upper: Math.min(range?.upper ?? Infinity, fit.mean + half),
    method: "t",
    n,
    df: fit.df,
  };
}

function insufficient(means: Numbers, range: Range | undefined): Estimate {
  return {
    estimate: average(means),
    lower: range?.lower ?? -Infinity,
    upper: range?.upper ?? Infinity,
    method: "insufficient",
    n: means.length,
  };
}
