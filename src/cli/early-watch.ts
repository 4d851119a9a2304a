import { align } from "../comparison/align.ts";
import { type CaseScore, scoreOfRepeats } from "../comparison/case-scores.ts";
import { caseKey, caseTableOf } from "../comparison/case-table.ts";
import { earlyGate, type Look } from "../comparison/early-gate.ts";
import { type EarlyUnit, inOrderOfId } from "../comparison/early-units.ts";
import { judgeRule } from "../comparison/rules.ts";
import { statementsIn } from "../comparison/statements.ts";
import type { Model } from "../domain/model.ts";
import type { EarlyStopping } from "../domain/run.ts";
import type { LabelledScore, ScoredSample } from "../domain/score.ts";
import type { GatePolicy } from "../domain/suite.ts";
import { type AnsweredUnit, answeredPrefix } from "../engine/answered-prefix.ts";
import type { AskedUnit } from "../engine/ask-order.ts";
import type { Plan } from "../engine/plan.ts";
import { namedCase } from "./early-survey.ts";

/** Follows a run and tells when its gate is decided. */
export interface EarlyWatch {
  /** Announces the next unit that will be asked. */
  expect(unit: AskedUnit): void;
  /** Takes a scored sample; true once every candidate is decided. */
  add(scored: ScoredSample): boolean;
  /** Cases that led to the decision; `undefined` where there is none, or where all of them were needed. */
  decidedAfter(): number | undefined;
}

/** What a watch is started with. */
export interface EarlyWatchInput {
  readonly gate: GatePolicy;
  readonly design: EarlyStopping;
  readonly plan: Plan;
  readonly models: readonly Model[];
}

/** Starts at the first case; a run that is resumed passes its old answers again, in the same order. */
export function watchEarly({ gate: policy, design, plan, models }: EarlyWatchInput): EarlyWatch {
  const repeats = new Map(plan.models.map(({ name, settings }) => [name, settings.repeats]));
  const perCase = [...repeats.values()].reduce((sum, count) => sum + count, 0);
  const prefix = answeredPrefix<ScoredSample>(perCase);
  const simulated = new Set(models.filter(({ backend }) => backend === "simulated").map(({ name }) => name));
  const looks = lookBook(policy, simulated);
  const gate = earlyGate({ policy, design, look: looks.look });
  const keepsSamples = statementsIn(policy, design).some(({ kind }) => kind === "look");
  let isDecided = false;
  return {
    expect: prefix.expect,
    add: (scored) => {
      for (const answered of prefix.add(scored.task, scored.caseId, scored)) {
        // What comes in after the decision was on its way, and counts for nothing.
        if (isDecided) break;
        if (keepsSamples) looks.keep(answered);
        gate.take(unitOf(answered, policy, repeats));
        isDecided = gate.isDecided();
      }
      return isDecided;
    },
    decidedAfter: () => (isDecided && gate.cases() < design.cases ? gate.cases() : undefined),
  };
}

function unitOf(
  { unit, samples }: AnsweredUnit<ScoredSample>,
  { rules }: GatePolicy,
  repeats: ReadonlyMap<string, number>,
): EarlyUnit {
  const cases = unit.cases.map(({ task, case: item }, at) => ({
    ...namedCase({ task }, item, rules),
    scores: scoresOf(samples[at] ?? [], repeats),
  }));
  return { key: unit.key, rank: unit.rank, cases: inOrderOfId(cases) };
}

function scoresOf(
  samples: readonly ScoredSample[],
  repeats: ReadonlyMap<string, number>,
): ReadonlyMap<string, CaseScore> {
  return new Map(
    [...repeats].map(([name, count]) => {
      const own = samples
        .filter(({ target }) => target === name)
        .sort((left, right) => left.repeat - right.repeat)
        .map(({ score, outcome }) => ({ score: score ?? Number.NaN, isTruncated: outcome === "truncated" }));
      return [name, scoreOfRepeats(own, count)] as const;
    }),
  );
}

/** Keeps what the looks need: the samples without their words. */
function lookBook({ baseline, missing, rules }: GatePolicy, simulated: ReadonlySet<string>) {
  const keepsScores = rules.some(({ subject }) => subject !== undefined);
  const kept = new Map<string, readonly ScoredSample[]>();
  const look: Look = ({ candidate, statement, levels, cases }) => {
    const seen = [...kept].flatMap(([key, samples]) => (cases.has(key) ? samples : []));
    const table = caseTableOf(seen);
    const side = (name: string) => {
      const samples = table.targets.get(name);
      return samples && { name, table, samples, simulated: simulated.has(name) };
    };
    const [before, after] = [side(baseline), side(candidate)];
    if (before === undefined || after === undefined) return undefined;
    const rule = { ...statement.rule, task: statement.task };
    return judgeRule(align(before, after), rule, { levels, missing })[0];
  };
  return {
    look,
    keep: ({ unit, samples }: AnsweredUnit<ScoredSample>) => {
      for (const [at, { task, case: item }] of unit.cases.entries())
        kept.set(
          caseKey(task.name, item.id),
          (samples[at] ?? []).map((sample) => slim(sample, keepsScores)),
        );
    },
  };
}

function slim(sample: ScoredSample, keepsScores: boolean): ScoredSample {
  return { ...sample, scores: keepsScores ? sample.scores.map(wordless) : [], notes: [] };
}

function wordless({ label, weight, score }: LabelledScore): LabelledScore {
  if (score.kind === "unscored") return { label, weight, score: { ...score, reason: "" } };
  return { label, weight, score: { ...score, reason: "", votes: undefined } };
}
