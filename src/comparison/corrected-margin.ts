import { correctedDifference, type HumanLabels } from "./human-labels.ts";
import type { PairedCase } from "./paired-cases.ts";
import type { RuleInput, RuleResult, RuleState } from "./rules.ts";

/**
 * A margin rule on a task that judges score, by people's labels: held when the corrected lower bound lies above −margin,
 * broken when the upper one lies below. Cases without a score on both sides count at their worst, whatever `missing` says.
 */
export function judgeCorrectedMargin(input: RuleInput, margin: number, labels: HumanLabels): RuleResult {
  const { pairs, levels, rule, task, alignment } = input;
  const base = {
    rule: rule.name,
    metric: rule.metric,
    task,
    bound: { kind: "margin", value: margin, relative: false } as const,
    cases: pairs.length,
    label: undefined,
    difference: undefined,
    needs: undefined,
  };
  const sides = { baseline: alignment.baseline.name, candidate: alignment.candidate.name };
  const at = (level: number) => correctedDifference(pairs, labels, { ...sides, confidence: 2 * level - 1 });
  const [forSafe, forUnsafe] = [at(levels.safe), at(levels.unsafe)];
  if (forSafe.kind === "none" || forUnsafe.kind === "none") {
    const reason = forSafe.kind === "none" ? forSafe.reason : "";
    return { ...base, state: "undecided", measured: undefined, evidence: reason };
  }
  const missing = pairs.filter(isMissing).length / pairs.length;
  const lower = (1 - missing) * forSafe.estimate.lower - missing;
  const upper = (1 - missing) * forUnsafe.estimate.upper + missing;
  const state: RuleState = lower > -margin ? "held" : upper < -margin ? "broken" : "undecided";
  const { estimate, judgeMean, labelled } = forSafe.estimate;
  const words = {
    held: "within the margin",
    broken: "the loss is larger than the margin",
    undecided: missing > 0 ? "the answers that are missing may decide it" : "too few labels or cases to tell",
  }[state];
  return {
    ...base,
    state,
    measured: { estimate, lower, upper },
    evidence:
      `people would find ${sides.candidate} ${points(estimate)} points from ${sides.baseline} ` +
      `(${points(lower)} to ${points(upper)}, margin ${(margin * 100).toFixed(1)}): ${words}; by labels on ` +
      `${labelled} cases, where the judge alone says ${points(judgeMean)}`,
  };
}

function points(value: number): string {
  return `${value < 0 ? "-" : "+"}${Math.abs(value * 100).toFixed(1)}`;
}

function isMissing({ baseline, candidate }: PairedCase): boolean {
  return [baseline, candidate].some(({ missing, truncated }) => missing + truncated > 0);
}
