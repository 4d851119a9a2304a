import type { Alignment } from "./align.ts";
import { type CorrectedDifference, correctedDifference, type HumanLabels } from "./human-labels.ts";
import { type TrueRate, trueRate } from "./true-rate.ts";

/** A candidate against the baseline on a task that judges score, as people would have it. */
export interface CorrectedComparison {
  readonly task: string;
  readonly baseline: string;
  readonly candidate: string;
  readonly difference: CorrectedDifference;
  /** Of a yes/no judge, each model by itself; empty for other scores. */
  readonly rates: readonly TrueRate[];
}

/**
 * The comparison on each labelled task. `confidence` is two-sided. Where the difference cannot be corrected, no model's
 * own rate is either: what stands in the way is the same.
 */
export function correctedComparisons(
  { pairs, baseline, candidate }: Alignment,
  labels: HumanLabels,
  confidence: number,
): readonly CorrectedComparison[] {
  const names = { baseline: baseline.name, candidate: candidate.name };
  return [...labels.tasks].sort().map((task) => {
    const own = pairs.filter((pair) => pair.task === task);
    const difference = correctedDifference(own, labels, { ...names, confidence });
    if (difference.kind === "none") return { task, ...names, difference, rates: [] };
    const rates = (["baseline", "candidate"] as const).flatMap(
      (side) => trueRate(own, labels, { target: names[side], side, confidence }) ?? [],
    );
    return {
      task,
      ...names,
      difference,
      rates: rates.length === 2 ? rates : [],
    };
  });
}
