import type { GatePolicy } from "../domain/suite.ts";
import type { Alignment } from "./align.ts";
import { earlyDifference } from "./early-difference.ts";
import type { EarlyRun } from "./early-run.ts";
import { isWhere, type Levels, type RuleResult, type RuleState } from "./rules.ts";
import { heldLabel, marginEvidence, needsOf } from "./score-rule.ts";
import type { Statement } from "./statements.ts";

/** A margin that was bet on, and what it came to. */
export interface MarginResultInput {
  readonly run: EarlyRun;
  readonly policy: GatePolicy;
  /** The cases that the bets have seen. */
  readonly alignment: Alignment;
  readonly statement: Statement;
  readonly state: RuleState;
  readonly levels: Levels;
}

/** The result of a margin in a run that could stop early: the word is the process's, the bounds hold at every moment. */
export function marginResult(input: MarginResultInput): RuleResult {
  const { run, policy, alignment, statement, state, levels } = input;
  const { rule, task, cases } = statement;
  const margin = rule.margin ?? 0;
  const { missing, claim } = policy;
  const pairs = alignment.pairs.filter((pair) => pair.task === task && isWhere(pair, rule.where));
  const base = {
    rule: rule.name,
    metric: rule.metric,
    task,
    state,
    bound: { kind: "margin", value: margin, relative: false },
    cases: pairs.length,
    planned: cases,
    isDatasetOnly: policy.claim === "dataset",
    measured: undefined,
    label: undefined,
    difference: undefined,
    needs: undefined,
  } as const;
  if (pairs.length === 0) return { ...base, evidence: "no case was answered by both" };
  const found = earlyDifference({
    pairs,
    seed: run.seed,
    levels,
    missing,
    claim,
    margin,
    planned: statement,
  });
  if (found.observed === undefined) return { ...base, evidence: "no case was scored on both sides" };
  // The bets on the margin itself decide; those on a grid of others may prove a little less.
  const lower = state === "held" ? Math.max(found.observed.lower, -margin) : found.observed.lower;
  const upper = state === "broken" ? Math.min(found.observed.upper, -margin) : found.observed.upper;
  const isGivenUp = state === "undecided" && pairs.length < cases;
  const { estimate } = found.observed.difference;
  const observed = { ...found.observed, lower, upper, provenMargin: -lower };
  return {
    ...base,
    measured: { estimate, lower, upper },
    evidence: isGivenUp
      ? "neither safe nor unsafe was in reach any more"
      : marginEvidence(state, { lower, upper }, margin),
    label: state === "held" ? heldLabel({ lower, upper }, margin) : undefined,
    difference: { ...found, observed: { ...observed, difference: { ...observed.difference, lower, upper } } },
    needs:
      state === "undecided" && claim === "population" && !isGivenUp
        ? needsOf({ alignment, pairs, rule, task, levels, missing }, margin)
        : undefined,
  };
}
