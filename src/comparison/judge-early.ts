import type { EarlyStopping } from "../domain/run.ts";
import type { GatePolicy, Rule } from "../domain/suite.ts";
import type { Alignment } from "./align.ts";
import { caseKey } from "./case-table.ts";
import { type EarlyGate, earlyGate, hasMustPass, type Look, type Watched } from "./early-gate.ts";
import type { EarlyRun } from "./early-run.ts";
import { type EarlyUnit, unitsOf } from "./early-units.ts";
import { type GateResult, trusted, verdictOf } from "./gate.ts";
import type { Distrust } from "./judge-trust.ts";
import { marginResult } from "./margin-result.ts";
import { judgeRule, type RuleResult } from "./rules.ts";
import { earlyLevels } from "./statements.ts";

/** The stretch of the run's order that led to the decision, or all of it. */
export interface EarlyPrefix {
  readonly units: readonly EarlyUnit[];
  readonly gate: EarlyGate;
  /** False where the last case was needed. */
  readonly isEarly: boolean;
}

/** Decides the run anew from its answers: what was answered after the decision counts for nothing. */
export function earlyPrefix({ design, seed, own, alignments }: EarlyRun): EarlyPrefix {
  const units = asked(unitsOf(alignments, seed), design, own);
  const gate = earlyGate({ policy: own, design, look: lookAt(alignments, own) });
  let taken = 0;
  while (taken < units.length && taken < design.units && !gate.isDecided()) {
    const unit = units[taken];
    if (unit !== undefined) gate.take(unit);
    taken += 1;
  }
  return { units: units.slice(0, taken), gate, isEarly: gate.isDecided() && taken < design.units };
}

/** Judges a policy over the cases that decided the run; `alignments` are those of the policy's candidates. */
export function judgeEarly(
  run: EarlyRun,
  prefix: EarlyPrefix,
  {
    policy,
    alignments,
    distrust,
  }: {
    readonly policy: GatePolicy;
    readonly alignments: readonly Alignment[];
    readonly distrust: Distrust;
  },
): GateResult {
  const isOwn = policy === run.own;
  const gate = isOwn ? prefix.gate : replayed(run, prefix, { policy, alignments });
  const levels = earlyLevels(policy, run.design);
  const verdicts = alignments.map((alignment) => {
    const { baseline, candidate, pairs } = alignment;
    const seen = pairs.filter((pair) => gate.seen.has(caseKey(pair.task, pair.id)));
    const taken = new Set(
      prefix.units.flatMap(({ cases }) => cases.map(({ task, id }) => caseKey(task, id))),
    );
    const own = {
      seen: { ...alignment, pairs: seen },
      taken: { ...alignment, pairs: pairs.filter((pair) => taken.has(caseKey(pair.task, pair.id))) },
    };
    const results = gate.watched
      .filter((one) => one.candidate === candidate.name)
      .map((one) => resultOf(one, { run, policy, levels, ...own }));
    const rules = trusted(results, own.taken, distrust);
    return {
      candidate: candidate.name,
      baseline: baseline.name,
      verdict: verdictOf(rules),
      rules,
      confidence: policy.confidence,
      safeLevel: levels.safe,
      simulated: baseline.simulated || candidate.simulated,
    };
  });
  return { confidence: policy.confidence, missing: policy.missing, verdicts };
}

/** The alignment with the cases alone that the decision rests on. */
export function seenOf(alignment: Alignment, { gate }: EarlyPrefix): Alignment {
  const pairs = alignment.pairs.filter((pair) => gate.seen.has(caseKey(pair.task, pair.id)));
  return { ...alignment, pairs };
}

/** Must-pass units first, as the run asked them. */
function asked(units: readonly EarlyUnit[], design: EarlyStopping, own: GatePolicy): readonly EarlyUnit[] {
  if (design.firstUnits === 0) return units;
  const isFirst = (unit: EarlyUnit) => hasMustPass(unit, own.rules);
  return [...units.filter(isFirst), ...units.filter((unit) => !isFirst(unit))];
}

function replayed(
  { design }: EarlyRun,
  { units }: EarlyPrefix,
  { policy, alignments }: { readonly policy: GatePolicy; readonly alignments: readonly Alignment[] },
): EarlyGate {
  const gate = earlyGate({ policy, design, look: lookAt(alignments, policy) });
  for (const unit of units) gate.take(unit);
  return gate;
}

function lookAt(alignments: readonly Alignment[], { missing }: GatePolicy): Look {
  return ({ candidate, statement, levels, cases }) => {
    const alignment = alignments.find((one) => one.candidate.name === candidate);
    if (alignment === undefined) return undefined;
    const pairs = alignment.pairs.filter((pair) => cases.has(caseKey(pair.task, pair.id)));
    const rule = { ...statement.rule, task: statement.task };
    return judgeRule({ ...alignment, pairs }, rule, { levels, missing })[0];
  };
}

interface Evidence {
  readonly run: EarlyRun;
  readonly policy: GatePolicy;
  readonly levels: ReturnType<typeof earlyLevels>;
  readonly seen: Alignment;
  readonly taken: Alignment;
}

function resultOf(watched: Watched, evidence: Evidence): RuleResult {
  const { statement } = watched;
  const { policy, levels, seen, taken } = evidence;
  const rule = { ...statement.rule, task: statement.task };
  const { missing } = policy;
  const reached = watched.state();
  const state = reached === "given-up" ? "undecided" : reached;
  if (statement.cases === 0)
    return { ...unseen(evidence, rule), evidence: "no case of its slice was planned" };
  if (statement.kind === "margin") return marginResult({ ...evidence, alignment: seen, statement, state });
  if (statement.kind === "look") {
    return watched.looked() ?? { ...unseen(evidence, rule), evidence: "too few cases to look at it" };
  }
  const [found] = judgeRule(taken, rule, { levels, missing });
  if (found === undefined) return unseen(evidence, rule);
  const evidenceText =
    state === "undecided" && found.state === "held"
      ? `${found.cases} of ${statement.cases} must-pass cases were asked`
      : found.evidence;
  return { ...found, state, evidence: evidenceText, rule: statement.rule.name };
}

function unseen({ seen, policy, levels }: Evidence, rule: Rule): RuleResult {
  const none = { ...seen, pairs: seen.pairs.filter(() => false) };
  const [result] = judgeRule(none, rule, { levels, missing: policy.missing });
  if (result === undefined) throw new Error(`rule ${rule.name} bounds nothing`);
  return result;
}
