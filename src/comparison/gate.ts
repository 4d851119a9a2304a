import { type GatePolicy, isScored, type Rule } from "../domain/suite.ts";
import type { Alignment } from "./align.ts";
import type { HumanLabels } from "./human-labels.ts";
import type { Distrust } from "./judge-trust.ts";
import { pairsByTask } from "./paired-cases.ts";
import { judgeRule, type RuleResult } from "./rules.ts";

/** The word for one candidate. */
export type Verdict = "safe" | "unsafe" | "inconclusive";

/** A candidate's verdict with every rule's evidence. */
export interface CandidateVerdict {
  readonly candidate: string;
  readonly baseline: string;
  readonly verdict: Verdict;
  readonly rules: readonly RuleResult[];
  readonly confidence: number;
  /** One-sided level that `safe` was held to: above `confidence` where several candidates share the error. */
  readonly safeLevel: number;
  readonly simulated: boolean;
}

/** Every candidate's verdict. */
export interface GateResult {
  readonly confidence: number;
  readonly missing: GatePolicy["missing"];
  readonly verdicts: readonly CandidateVerdict[];
}

/** The parts of a policy that judge; baseline and candidates are in the alignments. */
export type Requirements = Pick<GatePolicy, "confidence" | "missing" | "rules">;

/** What is known of scores beside the scores. */
export interface Evidence {
  readonly distrust: Distrust;
  /** By these, comparisons on the tasks that judges score are corrected. */
  readonly labels: HumanLabels | undefined;
}

const NOTHING_ELSE: Evidence = { distrust: new Map(), labels: undefined };

/**
 * Judges every candidate. `safe` when every rule held (intersection-union), with Holm's correction over the
 * candidates; `unsafe` when any rule is broken, each rule at its Holm share, so that either word is wrong with a
 * chance of at most 1 − confidence; `inconclusive` otherwise. What a judge scored that is not to be trusted decides
 * nothing. A policy without a rule or a candidate throws.
 */
export function judge(
  alignments: readonly Alignment[],
  policy: Requirements,
  evidence: Evidence = NOTHING_ELSE,
): GateResult {
  if (alignments.length === 0 || policy.rules.length === 0) throw new RangeError("nothing to judge");
  const alpha = 1 - policy.confidence;
  const verdicts = new Map<Alignment, CandidateVerdict>();
  let left = alignments;
  // Holm, step by step: each candidate found safe leaves its share of the error to the rest.
  while (left.length > 0) {
    const level = 1 - alpha / left.length;
    for (const alignment of left)
      verdicts.set(alignment, judgeCandidate(alignment, { policy, ...evidence }, level));
    const rest = left.filter((alignment) => verdicts.get(alignment)?.verdict !== "safe");
    if (rest.length === left.length) break;
    left = rest;
  }
  return {
    confidence: policy.confidence,
    missing: policy.missing,
    verdicts: alignments.flatMap((alignment) => verdicts.get(alignment) ?? []),
  };
}

function judgeCandidate(
  alignment: Alignment,
  { policy, distrust, labels }: Evidence & { readonly policy: Requirements },
  safeLevel: number,
): CandidateVerdict {
  const alpha = 1 - policy.confidence;
  const tasks = Math.max(1, pairsByTask(alignment.pairs).size);
  const statements = statementsOf(policy.rules, tasks);
  const levels = { safe: safeLevel, unsafe: 1 - alpha / statements };
  const { missing } = policy;
  const rules = policy.rules.flatMap((rule) =>
    trusted(judgeRule(alignment, rule, { levels, missing, labels }), alignment, distrust),
  );
  return {
    candidate: alignment.candidate.name,
    baseline: alignment.baseline.name,
    verdict: verdictOf(rules),
    rules,
    confidence: policy.confidence,
    safeLevel,
    simulated: alignment.baseline.simulated || alignment.candidate.simulated,
  };
}

/** The results with those undecided that rest on scores which are no evidence. */
export function trusted(
  results: readonly RuleResult[],
  { pairs }: Pick<Alignment, "pairs">,
  distrust: Distrust,
): readonly RuleResult[] {
  if (distrust.size === 0) return results;
  const tasks = new Set(pairsByTask(pairs).keys());
  return results.map((result) => withoutTrust(result, distrustedBecause(result, tasks, distrust)));
}

function distrustedBecause(
  { metric, task }: RuleResult,
  tasks: ReadonlySet<string>,
  distrust: Distrust,
): string | undefined {
  if (!isScored(metric)) return undefined;
  const of = task === undefined ? [...tasks] : [task];
  return of.flatMap((name) => distrust.get(name) ?? [])[0];
}

/** A score that is no evidence decides nothing, whichever way it points. */
function withoutTrust(result: RuleResult, reason: string | undefined): RuleResult {
  if (reason === undefined) return result;
  return {
    ...result,
    state: "undecided",
    evidence: `${reason}: its scores decide nothing`,
    needs: undefined,
  };
}

/** How many statements the rules make about one candidate: a score is judged task by task. */
export function statementsOf(rules: readonly Rule[], tasks: number): number {
  return rules.reduce((count, rule) => {
    const bounds = [rule.margin, rule.atLeast, rule.atMost].filter((bound) => bound !== undefined).length;
    return count + Math.max(1, bounds) * (rule.task === undefined ? tasksOf(rule, tasks) : 1);
  }, 0);
}

/** The tasks that a rule without a task is judged on, one by one. */
function tasksOf({ metric, subject }: Rule, tasks: number): number {
  if (subject !== undefined) return Math.max(1, subject.tasks.length);
  return metric === "score" ? tasks : 1;
}

/** All held is safe, any broken is unsafe, no rule at all is inconclusive. */
export function verdictOf(rules: readonly Pick<RuleResult, "state">[]): Verdict {
  if (rules.some((rule) => rule.state === "broken")) return "unsafe";
  return rules.length > 0 && rules.every((rule) => rule.state === "held") ? "safe" : "inconclusive";
}

/** 0: every candidate is safe. 1: any is unsafe. 3: not decided. */
export function gateExitCode(result: GateResult): 0 | 1 | 3 {
  if (result.verdicts.some(({ verdict }) => verdict === "unsafe")) return 1;
  const all = result.verdicts.length > 0 && result.verdicts.every(({ verdict }) => verdict === "safe");
  return all ? 0 : 3;
}
