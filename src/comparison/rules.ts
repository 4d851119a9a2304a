import type { GatePolicy, Rule, Where } from "../domain/suite.ts";
import type { Interval } from "../statistics/interval.ts";
import type { Alignment, PairedCase } from "./align.ts";
import { judgeCorrectedMargin } from "./corrected-margin.ts";
import type { HumanLabels } from "./human-labels.ts";
import { judgeMetric } from "./metric-rule.ts";
import type { NeededMore } from "./needed-cases.ts";
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
  readonly pairs: readonly PairedCase[];
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
  const pairs = alignment.pairs.filter(
    (pair) => (rule.task === undefined || pair.task === rule.task) && isWhere(pair, rule.where),
  );
  const byTask = rule.metric === "score" && rule.atLeast?.value !== 1;
  const tasks = byTask ? [...new Set(pairs.map((pair) => pair.task))] : [rule.task];
  const input = { alignment, rule, ...settings };
  if (pairs.length === 0) return bounds(rule).map((bound) => withoutCases({ rule, bound }));
  return tasks.flatMap((task) =>
    judgeOne({ ...input, task, pairs: byTask ? pairs.filter((pair) => pair.task === task) : pairs }),
  );
}

function judgeOne(input: RuleInput): readonly RuleResult[] {
  const { rule, labels, task } = input;
  if (rule.metric !== "score") return judgeMetric(input, rule.metric);
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
    evidence: "no case is in this rule's slice",
    cases: 0,
    label: undefined,
    difference: undefined,
    needs: undefined,
  };
}
