import { type PpiEstimate, ppiMean } from "../statistics/ppi.ts";
import type { Calibration } from "./calibration.ts";
import { caseKey } from "./case-table.ts";
import { clustersOf, type PairedCases } from "./paired-cases.ts";

/** A judge of a task against people. */
export interface JudgeCalibration extends Calibration {
  readonly task: string;
  readonly scorer: string;
  readonly judge: string;
}

/** What people said of answers of a run. */
export interface HumanLabels {
  /** Tasks with a label. */
  readonly tasks: ReadonlySet<string>;
  /** By case key and target: the score of the first repeat as it would be by people's word. */
  readonly scores: ReadonlyMap<string, ReadonlyMap<string, number>>;
  readonly calibrations: readonly JudgeCalibration[];
}

/** The two models of a comparison. */
export interface Sides {
  readonly baseline: string;
  readonly candidate: string;
}

/** A difference as people would have it, or why it cannot be told. */
export type CorrectedDifference =
  | { readonly kind: "estimate"; readonly estimate: PpiEstimate }
  | { readonly kind: "none"; readonly reason: string };

/** Fewer labelled cases tell nothing that a gate could go by. */
export const FEWEST_LABELS = 20;

/**
 * The mean difference of candidate and baseline as people would have it, from their labels on some cases and the judge's
 * word on all: prediction-powered inference on the paired difference, so that a bias of the judge that both models share
 * cancels and one that favours a model is taken out. `confidence` is two-sided.
 */
export function correctedDifference(
  pairs: PairedCases,
  { scores }: Pick<HumanLabels, "scores">,
  { baseline, candidate, confidence }: Sides & { readonly confidence: number },
): CorrectedDifference {
  if (clustersOf(pairs) !== undefined)
    return {
      kind: "none",
      reason:
        "labels correct no comparison whose cases come in clusters: cases of a cluster are alike, and the correction's " +
        "interval takes each for itself",
    };
  const labelled: { readonly human: number; readonly judge: number }[] = [];
  const unlabelled: number[] = [];
  for (const pair of pairs) {
    if (pair.baseline.scored === 0 || pair.candidate.scored === 0) continue;
    const judge = pair.candidate.mean - pair.baseline.mean;
    const said = scores.get(caseKey(pair.task, pair.id));
    const [before, after] = [said?.get(baseline), said?.get(candidate)];
    if (before === undefined || after === undefined) unlabelled.push(judge);
    else labelled.push({ human: after - before, judge });
  }
  if (labelled.length < FEWEST_LABELS)
    return {
      kind: "none",
      reason: `people have labelled both answers to ${labelled.length} cases; a correction needs ${FEWEST_LABELS}`,
    };
  return { kind: "estimate", estimate: ppiMean({ labelled, unlabelled, reach: 1, confidence }) };
}
