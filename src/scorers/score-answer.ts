import type { Case } from "../domain/dataset.ts";
import type { JsonObject, JsonValue } from "../domain/json.ts";
import type { Answer, OutcomeKind } from "../domain/outcome.ts";
import type { LabelledScore, Score } from "../domain/score.ts";
import type { Message, ScorerSpec } from "../domain/suite.ts";
import { fieldAt, renderValue, templateFields } from "../domain/template.ts";
import { unscored } from "./judgement.ts";
import { scorers } from "./registry.ts";
import { runScorer } from "./run-scorer.ts";
import type { BoundScorer, Rival, Scorer, ScorerPorts } from "./scorer.ts";

/** The outcomes that are scored; `failed` and `skipped` say nothing about a model. */
export type ScoredOutcome = Exclude<OutcomeKind, "failed" | "skipped">;

/** One answer and all that is needed to score it. */
export interface AnswerToScore {
  readonly specs: readonly ScorerSpec[];
  readonly case: Case;
  readonly answer: Pick<Answer, "text" | "toolCalls" | "notes">;
  readonly outcome: ScoredOutcome;
  /** What the model was asked, rendered. */
  readonly prompt: readonly Message[];
  readonly rival: Rival;
  readonly ports: ScorerPorts;
}

/**
 * Scores one answer with each scorer of its task. A refused answer (but by a scorer of refusals) or an empty one scores 0. A scorer that throws,
 * hangs or returns no sound score leaves the answer unscored, never 0. Does not throw.
 */
export function scoreAnswer(given: AnswerToScore): Promise<readonly LabelledScore[]> {
  return Promise.all(
    given.specs.map(async (spec) => ({
      label: spec.label,
      weight: spec.weight,
      score: await scoreOne(spec, given),
    })),
  );
}

/** Why no answer to a case can be scored (`expected is not a number`); `undefined` where every scorer can. */
export function caseCheck(specs: readonly ScorerSpec[]): (fields: JsonObject) => string | undefined {
  const binders = specs.map((spec) => ({ label: spec.label, bind: binder(spec) }));
  return (fields) => {
    const reasons: string[] = [];
    for (const { label, bind } of binders) {
      const bound = bind(fields);
      if (!bound.ok) reasons.push(`${label}: ${bound.reason}`);
    }
    return reasons.length === 0 ? undefined : reasons.join("; ");
  };
}

async function scoreOne(spec: ScorerSpec, given: AnswerToScore): Promise<Score> {
  const bound = binder(spec)(given.case.fields);
  if (!bound.ok) return unscored("bad-options", bound.reason);
  if (given.outcome === "empty") return bound.scoreNothing("the answer is empty (outcome empty)");
  const refused = given.outcome === "refused";
  if (refused && scorers.get(spec.scorer)?.scoresRefusals !== true) {
    return bound.scoreNothing("the model refused (outcome refused)");
  }
  const { text, toolCalls, notes } = given.answer;
  const { prompt, rival } = given;
  const input = {
    answer: text,
    toolCalls,
    prompt,
    rival,
    refused,
    fields: given.case.fields,
    answerNotes: notes,
  };
  const score = await runScorer(bound, input, given.ports);
  if (given.outcome !== "truncated") return score;
  return { ...score, reason: `${score.reason} (the answer was cut off)` };
}

type Binder = (fields: JsonObject) => BoundScorer;

const binders = new WeakMap<ScorerSpec, Binder>();

/** Binds a scorer of a suite to case after case; what does not hang on the case is worked out once. */
function binder(spec: ScorerSpec): Binder {
  const known = binders.get(spec);
  if (known !== undefined) return known;
  const scorer: Scorer | undefined = scorers.get(spec.scorer);
  const made: Binder =
    scorer === undefined
      ? () => ({ ok: false, reason: `no scorer is named ${JSON.stringify(spec.scorer)}` })
      : optionsBinder(scorer, spec.options);
  binders.set(spec, made);
  return made;
}

/** A scorer with its options rendered over a case. */
export function bindOptions(scorer: Scorer, options: JsonObject, fields: JsonObject): BoundScorer {
  return optionsBinder(scorer, options)(fields);
}

function optionsBinder(scorer: Scorer, options: JsonObject): Binder {
  const whole = scorer.complete(options);
  const entries = Object.entries(whole);
  const named = [...new Set(namedFields(whole))];
  return (fields) => {
    const missing = named.filter((path) => fieldAt(fields, path) === undefined);
    if (missing.length > 0) return { ok: false, reason: `the case has no field ${missing.join(", ")}` };
    const rendered = entries.map(([key, value]): [string, JsonValue] => [key, renderValue(value, fields)]);
    return scorer.bind(Object.fromEntries(rendered));
  };
}

function namedFields(value: JsonValue): readonly string[] {
  if (typeof value === "string") return templateFields(value).map(({ path }) => path);
  return typeof value === "object" && value !== null ? Object.values(value).flatMap(namedFields) : [];
}
