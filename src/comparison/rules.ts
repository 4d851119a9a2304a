import { type GatePolicy, isScored, type Rule, type RuleSubject, type Where } from "../domain/suite.ts";
import type { Interval } from "../statistics/interval.ts";
import type { Alignment } from "./align.ts";
import { judgeCorrectedMargin } from "./corrected-margin.ts";
import { judgeF1 } from "./f1-rule.ts";
import type { HumanLabels } from "./human-labels.ts";
import { judgeMetric } from "./metric-rule.ts";
import type { NeededMore } from "./needed-cases.ts";
import { type PairedCase, type PairedCases, pairsByTask } from "./paired-cases.ts";
import { pieceName } from "./piece-columns.ts";
import { piecePairs } from "./piece-pairs.ts";
import type { ScoreDifference } from "./score-difference.ts";
import { judgeAbsoluteScore, judgeMargin, judgeRelativeScore } from "./score-rule.ts";

/** How sure a word must be: one-sided. They differ where several candidates or rules share one error rate. */
export interface Levels {
  readonly safe: number;
  readonly unsafe: number;
}

/** What a rule came to. */
export type RuleState = "held" | "broken" | "undecided";

/** What a held margin rule is besides held. */
export type HeldLabel = "superior" | "equivalent" | "non-inferior" | "measurably worse";

/** One rule, on one task where it is judged task by task, with its evidence. */
export interface RuleResult {
  readonly rule: string;
  readonly metric: Rule["metric"];
  readonly task: string | undefined;
  readonly state: RuleState;
  /** The quantity that is held against the bound, with one-sided bounds at the rule's confidence. */
  readonly measured: Interval | undefined;
  readonly bound: {
    readonly kind: "margin" | "at_least" | "at_most";
    readonly value: number;
    readonly relative: boolean;
  };
  /** What the metric is of, where that is not the task's score: `kind: label`. */
  readonly of?: string | undefined;
  /** One sentence: why this state. */
  readonly evidence: string;
  /** Of a margin rule that held. */
  readonly label: HeldLabel | undefined;
  readonly cases: number;
  readonly difference: ScoreDifference | undefined;
  readonly needs: NeededMore | undefined;
  /** In a run that could stop early: the cases that the rule would have seen at most. */
  readonly planned?: number | undefined;
  /** The evidence is about these planned cases, and about no others. */
  readonly isDatasetOnly?: boolean | undefined;
}

/** What every judge of a rule is given. */
export interface RuleInput {
  readonly alignment: Alignment;
  readonly pairs: PairedCases;
  readonly rule: Rule;
  readonly task: string | undefined;
  readonly levels: Levels;
  readonly missing: GatePolicy["missing"];
  /** What people said of the answers that judges score; `undefined` where nobody was asked. */
  readonly labels?: HumanLabels | undefined;
}

/** Whether a case is in the rule's slice: every field of `where` must match. */
export function isWhere(pair: Pick<PairedCase, "slices">, where: Where | undefined): boolean {
  if (where === undefined) return true;
  return Object.entries(where).every(([field, value]) =>
    pair.slices.some((slice) => slice.field === field && slice.value === String(value)),
  );
}

/**
 * Judges one rule. A score rule without a task is judged on every task that has cases of its slice; `at_least: 1`
 * and the other metrics on all of them together. No case at all is `undecided`, never `held`.
 */
export function judgeRule(
  alignment: Alignment,
  rule: Rule,
  settings: Pick<RuleInput, "levels" | "missing" | "labels">,
): readonly RuleResult[] {
  const inSlice = alignment.pairs.filter(
    (pair) => (rule.task === undefined || pair.task === rule.task) && isWhere(pair, rule.where),
  );
  const { subject } = rule;
  if (subject !== undefined) return judgeSubject({ alignment, rule, ...settings }, inSlice, subject);
  const pairs = inSlice;
  const byTask = rule.metric === "score" && rule.atLeast?.value !== 1;
  const tasks = byTask ? [...pairsByTask(pairs)] : [[rule.task, pairs] as const];
  const input = { alignment, rule, ...settings };
  if (pairs.length === 0) return bounds(rule).map((bound) => withoutCases({ rule, bound }));
  return tasks.flatMap(([task, own]) => judgeOne({ ...input, task, pairs: own }));
}

/** Every task that has the scorer and a case of the slice; one on which no answer has the sub-score is undecided. */
function judgeSubject(
  input: Omit<RuleInput, "pairs" | "task">,
  inSlice: PairedCases,
  subject: RuleSubject,
): readonly RuleResult[] {
  const { rule, alignment } = input;
  const of = pieceName(subject);
  const tasks = subject.tasks.filter((task) => inSlice.some((pair) => pair.task === task));
  const undecided = (evidence: string, task = rule.task) =>
    bounds(rule).map((bound) => ({ ...withoutCases({ rule, bound }), task, evidence }));
  const results = tasks.flatMap((task) => {
    const own = inSlice.filter((pair) => pair.task === task);
    if (rule.metric !== "sub_score") {
      const f1 = { scorer: subject.scorer, kind: rule.metric === "macro_f1" ? "macro" : "micro" } as const;
      return bounds(rule).map((bound) => judgeF1({ ...input, task, pairs: own }, { ...f1, bound }));
    }
    const pairs = piecePairs(alignment, own, subject);
    if (pairs.length === 0) return undecided(`no answer has a sub-score ${of}`, task);
    return judgeScore({ ...input, task, pairs, labels: undefined });
  });
  return (tasks.length === 0 ? undecided(NO_CASE) : results).map((result) => ({ ...result, of }));
}

function judgeOne(input: RuleInput): readonly RuleResult[] {
  const { metric } = input.rule;
  return isScored(metric) ? judgeScore(input) : judgeMetric(input, metric);
}

function judgeScore(input: RuleInput): readonly RuleResult[] {
  const { rule, labels, task } = input;
  const results: RuleResult[] = [];
  const isLabelled = task !== undefined && labels?.tasks.has(task) === true;
  if (rule.margin !== undefined)
    results.push(
      isLabelled ? judgeCorrectedMargin(input, rule.margin, labels) : judgeMargin(input, rule.margin),
    );
  if (rule.atLeast !== undefined) {
    const judge = rule.atLeast.relative ? judgeRelativeScore : judgeAbsoluteScore;
    results.push(judge(input, rule.atLeast.value));
  }
  return results;
}

const NO_CASE = "no case is in this rule's slice";

function bounds(rule: Rule): readonly RuleResult["bound"][] {
  const list: RuleResult["bound"][] = [];
  if (rule.margin !== undefined) list.push({ kind: "margin", value: rule.margin, relative: false });
  if (rule.atLeast !== undefined) list.push({ kind: "at_least", ...rule.atLeast });
  if (rule.atMost !== undefined) list.push({ kind: "at_most", ...rule.atMost });
  return list;
}

function withoutCases({
  rule,
  bound,
}: {
  readonly rule: Rule;
  readonly bound: RuleResult["bound"];
}): RuleResult {
  return {
    rule: rule.name,
    metric: rule.metric,
    task: rule.task,
    state: "undecided",
    measured: undefined,
    bound,
    evidence: NO_CASE,
    cases: 0,
    label: undefined,
    difference: undefined,
    needs: undefined,
  };
}
