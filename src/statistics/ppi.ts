import { tQuantile } from "./distributions.ts";
import type { Interval } from "./interval.ts";

/** Few human labels and many verdicts of a judge, all of one quantity: best, the paired difference of two models. */
export interface PpiInput {
  /** Of the labelled cases: what people say, and what the judge says. */
  readonly labelled: readonly { readonly human: number; readonly judge: number }[];
  /** What the judge says of the cases without a label. */
  readonly unlabelled: readonly number[];
  /** Half the width of the range of the quantity: 1 for a difference of scores in [0, 1]. */
  readonly reach: number;
  /** Two-sided. */
  readonly confidence: number;
}

/** A mean as people would have it, estimated with a judge's help. */
export interface PpiEstimate extends Interval {
  /** Of the estimate, without the two labels that the interval counts more. */
  readonly se: number;
  /** Weight of the judge, from 0 (people alone) to 1. */
  readonly lambda: number;
  /** What the judge alone says of all cases, and people alone of theirs. */
  readonly judgeMean: number;
  readonly humanMean: number;
  readonly labelled: number;
  readonly unlabelled: number;
}

/**
 * Prediction-powered inference with a tuned weight, PPI++: Angelopoulos, Duchi & Zrnic 2023, arXiv 2311.01453. The
 * interval holds for what people would say however biased the judge is: a judge that agrees with them narrows it, one
 * that does not gets the weight 0. Throws for fewer than two labels.
 */
export function ppiMean({ labelled, unlabelled, reach, confidence }: PpiInput): PpiEstimate {
  const n = labelled.length;
  const many = unlabelled.length;
  if (n < 2) throw new RangeError("prediction-powered inference needs at least two labels");
  const judged = labelled.map(({ judge }) => judge);
  const human = labelled.map((label) => label.human);
  const lambda = many === 0 ? 0 : weightOf(human, judged, unlabelled);
  const judgePart = many === 0 ? 0 : lambda * mean(unlabelled);
  const rest = labelled.map(({ human: said, judge }) => said - lambda * judge);
  const estimate = judgePart + mean(rest);
  const judgeVariance = many < 2 ? 0 : (lambda ** 2 * sampleVariance(unlabelled)) / many;
  const guarded = [...rest, reach * (1 + lambda), -reach * (1 + lambda)];
  const centre = judgePart + mean(guarded);
  const spread = Math.sqrt(sampleVariance(guarded) / guarded.length + judgeVariance);
  const half = tQuantile((1 + confidence) / 2, n - 1) * spread;
  return {
    estimate,
    lower: Math.max(-reach, Math.min(estimate, centre - half)),
    upper: Math.min(reach, Math.max(estimate, centre + half)),
    se: Math.sqrt(sampleVariance(rest) / n + judgeVariance),
    lambda,
    judgeMean: mean([...judged, ...unlabelled]),
    humanMean: mean(human),
    labelled: n,
    unlabelled: many,
  };
}

/** The weight of least variance, held to [0, 1]. */
function weightOf(
  human: readonly number[],
  judged: readonly number[],
  unlabelled: readonly number[],
): number {
  const spread = sampleVariance([...judged, ...unlabelled]);
  if (spread === 0) return 0;
  const [humanMean, judgeMean] = [mean(human), mean(judged)];
  const covariance =
    human.reduce((sum, said, at) => sum + (said - humanMean) * ((judged[at] ?? 0) - judgeMean), 0) /
    human.length;
  return Math.min(1, Math.max(0, covariance / ((1 + human.length / unlabelled.length) * spread)));
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function sampleVariance(values: readonly number[]): number {
  const centre = mean(values);
  return values.reduce((sum, value) => sum + (value - centre) ** 2, 0) / (values.length - 1);
}
