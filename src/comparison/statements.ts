import { canonicalJson } from "../domain/canonical-json.ts";
import type { EarlyStopping, PlannedSlice } from "../domain/run.ts";
import { type GatePolicy, isScored, type Rule, type Where } from "../domain/suite.ts";
import { statementsOf } from "./gate.ts";
import type { Levels } from "./rules.ts";

/** How a statement is decided while its cases come in. */
export type StatementKind =
  /** A bet after every unit. */
  | "margin"
  /** One failing case breaks it; it holds once all have passed. */
  | "must-pass"
  /** A look at fixed numbers of cases, each at its share of the error. */
  | "look";

/** One bound of one rule, on one task where it is judged task by task, with the cases that it will see. */
export interface Statement {
  /** The rule with this bound alone. */
  readonly rule: Rule;
  readonly task: string | undefined;
  readonly kind: StatementKind;
  readonly cases: number;
  readonly units: number;
  readonly largest: number;
}

/** Looks at a statement that cannot be bet on: after each tenth of its cases. */
export const LOOKS = 10;

/**
 * What a policy states about every candidate of a run that may stop early. A statement about cases that were not
 * counted before the run has none, and is never decided.
 */
export function statementsIn(policy: Pick<GatePolicy, "rules">, design: EarlyStopping): readonly Statement[] {
  return policy.rules.flatMap(singleBounds).flatMap((rule) => {
    const kind = kindOf(rule);
    const slices = design.slices.filter((slice) => isOf(rule, slice) && slice.cases > 0);
    const byTask = isScored(rule.metric) && kind !== "must-pass" && slices.length > 0;
    const groups = byTask ? slices.map((slice) => [slice]) : [slices];
    return groups.map((group) => ({
      rule,
      kind,
      task: byTask ? group[0]?.task : rule.task,
      cases: group.reduce((sum, { cases }) => sum + cases, 0),
      units: group.reduce((sum, { units }) => sum + units, 0),
      largest: group.reduce((most, { largest }) => Math.max(most, largest), 0),
    }));
  });
}

/** Names of the rules that cannot be bet on. */
export function lookedAt(policy: Pick<GatePolicy, "rules">, design: EarlyStopping): readonly string[] {
  const looked = statementsIn(policy, design).filter(({ kind }) => kind === "look");
  return [...new Set(looked.map(({ rule }) => rule.name))];
}

/** The error shares of each candidate: over the candidates for `safe`, over its statements for `unsafe`. */
export function earlyLevels(
  policy: Pick<GatePolicy, "rules" | "confidence" | "candidates">,
  design: EarlyStopping,
): Levels {
  const alpha = 1 - policy.confidence;
  const tasks = new Set(design.slices.map(({ task }) => task)).size;
  return {
    safe: 1 - alpha / policy.candidates.length,
    unsafe: 1 - alpha / statementsOf(policy.rules, Math.max(1, tasks)),
  };
}

/** Whether a rule is that every case of its slice passes. */
export function isMustPass({ metric, atLeast }: Rule): boolean {
  return metric === "score" && atLeast !== undefined && atLeast.value >= 1 && !atLeast.relative;
}

/** The slices that the rules of a policy look at, each once. */
export function wheresOf(rules: readonly Rule[]): readonly (Where | undefined)[] {
  const found = new Map(rules.map(({ where }) => [whereKey(where ?? null), where]));
  return [...found.values()];
}

function isOf({ task, where, subject }: Rule, slice: PlannedSlice): boolean {
  if (subject !== undefined && !subject.tasks.includes(slice.task)) return false;
  return (task === undefined || task === slice.task) && whereKey(where ?? null) === whereKey(slice.where);
}

function whereKey(where: Where | null): string {
  return canonicalJson(where);
}

function singleBounds(rule: Rule): readonly Rule[] {
  const none = { margin: undefined, atLeast: undefined, atMost: undefined };
  return (["margin", "atLeast", "atMost"] as const)
    .filter((bound) => rule[bound] !== undefined)
    .map((bound) => ({ ...rule, ...none, [bound]: rule[bound] }));
}

function kindOf(rule: Rule): StatementKind {
  // A loss of the whole range is no margin that a bet could be lost on.
  if (rule.metric === "score" && rule.margin !== undefined && rule.margin < 1) return "margin";
  return isMustPass(rule) ? "must-pass" : "look";
}
