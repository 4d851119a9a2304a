import type { Clusters } from "./clusters.ts";
import { type F1Fit, f1Of, type LabelFit, type LabelledAnswer } from "./label-f1.ts";
import { compareBounded } from "./paired-bounded.ts";

/** Two sides' F1 on the same cases in the same order. */
export interface F1BoundsInput {
  readonly baseline: F1Fit;
  readonly candidate: F1Fit;
  /** The most that one case can move the difference, as `f1Reach` has it, of either side. */
  readonly reach: number;
  readonly clusters: Clusters | undefined;
  /** One-sided. */
  readonly confidence: number;
  readonly margin: number | undefined;
  /** As in `pairedComparison`. */
  readonly exactUpTo?: number | undefined;
}

/** Candidate's F1 less the baseline's, with one-sided bounds. */
export interface F1Bounds {
  readonly estimate: number;
  readonly lower: number;
  readonly upper: number;
}

/**
 * Bounds of the difference of two F1 by the test that scores are decided with, on what each case contributes to it: its
 * influence by the delta method (Takahashi et al. 2022), n-fold, about the difference. With one label named a case these
 * are the wins and losses themselves, and micro F1 is decided as accuracy is. Few differences, or none, leave the most
 * that a case can move possible, which the delta method's own interval forgets.
 */
export function f1Bounds(input: F1BoundsInput): F1Bounds {
  const { baseline, candidate, reach, ...settings } = input;
  const n = candidate.influence.length;
  if (baseline.influence.length !== n) throw new RangeError("both sides need the same cases");
  const estimate = candidate.estimate - baseline.estimate;
  const differences = candidate.influence.map(
    (value, at) => estimate + n * (value - (baseline.influence[at] ?? 0)),
  );
  const { lower, upper } = compareBounded({ differences, reach, ...settings });
  return { estimate, lower: Math.max(-1, lower), upper: Math.min(1, upper) };
}

/** The most that the answers to one case can move an F1, n-fold: from all its labels right to all wrong. */
export function f1Reach(
  cases: readonly (readonly LabelledAnswer[])[],
  { counts }: LabelFit,
  kind: "macro" | "micro",
): number {
  const isMacro = kind === "macro";
  const wanted = counts.filter(({ right, missed }) => right + missed > 0);
  const all = counts.reduce(
    (sum, { right, extra, missed }) => ({
      right: sum.right + right,
      extra: sum.extra + extra,
      missed: sum.missed + missed,
    }),
    { right: 0, extra: 0, missed: 0 },
  );
  const weight = isMacro ? 1 / wanted.length : 1;
  const own = (label: number) => (isMacro ? counts[label] : all);
  const lost = (label: number) => {
    const count = own(label);
    return count === undefined ? 0 : (weight * (2 - f1Of(count))) / sizeOf(count);
  };
  const spoilt = Math.max(
    ...(isMacro ? wanted : [all]).map((count) => (weight * f1Of(count)) / sizeOf(count)),
  );
  const answers = new Set(cases.flat());
  const most = [...answers].reduce((named, { found }) => Math.max(named, found.length), 1);
  const repeats = cases.reduce((longest, each) => Math.max(longest, each.length), 1);
  let worst = 0;
  for (const { expected } of answers)
    worst = Math.max(worst, expected.reduce((sum, label) => sum + lost(label), 0) + most * spoilt);
  return cases.length * repeats * worst;
}

function sizeOf({ right, extra, missed }: LabelFit["counts"][number]): number {
  return 2 * right + extra + missed;
}
