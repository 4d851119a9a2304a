import type { Case } from "../domain/dataset.ts";
import type { JsonObject } from "../domain/json.ts";
import type { Answer, OutcomeKind } from "../domain/outcome.ts";
import { readTurns, type UserTurn } from "../domain/prompt.ts";
import type { LabelledScore, Score } from "../domain/score.ts";
import { allSoon, type Soon, soon } from "../domain/soon.ts";
import type { Message, ScorerSpec, Task } from "../domain/suite.ts";
import { wholeField } from "../domain/template.ts";
import { type Binder, optionsBinder } from "./bind-options.ts";
import { caseWeight } from "./case-weight.ts";
import { fieldsJudged, judgedTurns, overTurns } from "./conversation.ts";
import { unscored } from "./judgement.ts";
import { scorers } from "./registry.ts";
import { runScorer } from "./run-scorer.ts";
import type { Rival, Scorer, ScorerPorts } from "./scorer.ts";

/** The outcomes that are scored; `failed` and `skipped` say nothing about a model. */
export type ScoredOutcome = Exclude<OutcomeKind, "failed" | "skipped">;

/** One answer and all that is needed to score it. */
export interface AnswerToScore {
  readonly specs: readonly ScorerSpec[];
  readonly case: Case;
  readonly answer: Pick<Answer, "text" | "toolCalls" | "notes" | "steps">;
  readonly outcome: ScoredOutcome;
  /** What the model was asked, rendered; of a conversation, what came with its first turn. */
  readonly prompt: readonly Message[];
  /** Of a conversation: every turn of the user. */
  readonly turns?: readonly UserTurn[] | undefined;
  readonly rival: Rival;
  readonly ports: ScorerPorts;
}

/**
 * Scores one answer with each scorer of its task. A refused answer (but by a scorer of refusals) or an empty one scores 0. A scorer that throws,
 * hangs or returns no sound score leaves the answer unscored, never 0. Does not throw. Waits only where a scorer does.
 */
export function scoreAnswer(given: AnswerToScore): Soon<readonly LabelledScore[]> {
  return allSoon(
    given.specs.map((spec) => {
      const { label } = spec;
      const weight = weightOf(spec, given.case.fields);
      return soon(scoreOne(spec, given), (score): LabelledScore => ({ label, weight, score }));
    }),
  );
}

/** Why no answer to a case can be scored, and the field of the case that is to blame, where it is one. */
export interface CaseFault {
  readonly reason: string;
  readonly field: string | undefined;
}

/** What keeps the answers to a case from being scored (`expected is not a number`); `undefined` where nothing does. */
export function caseCheck(
  specs: readonly ScorerSpec[],
  turns?: Task["turns"],
): (fields: JsonObject) => CaseFault | undefined {
  const binders = specs.map((spec) => ({ spec, bind: binder(spec) }));
  return (fields) => {
    const said = turns === undefined ? undefined : readTurns(turns, fields);
    const listed = typeof turns === "string" ? wholeField(turns) : undefined;
    if (typeof said === "string") return { reason: said, field: listed };
    const faults: CaseFault[] = [];
    let isWeightless = true;
    for (const { spec, bind } of binders) {
      const bound = firstUnbound(bind, fieldsJudged(spec, fields, said));
      if (bound !== undefined)
        faults.push({ reason: `${spec.label}: ${bound.reason}`, field: bound.field ?? listed });
      const weight = caseWeight(spec, fields);
      if (!weight.ok) faults.push(weight);
      else if (weight.weight > 0) isWeightless = false;
    }
    if (faults.length > 0) {
      const field = faults.find((fault) => fault.field !== undefined)?.field;
      return { reason: faults.map(({ reason }) => reason).join("; "), field };
    }
    return isWeightless
      ? { reason: "every scorer has weight 0: there is no score", field: undefined }
      : undefined;
  };
}

function firstUnbound(bind: Binder, cases: readonly JsonObject[]) {
  for (const fields of cases) {
    const bound = bind(fields);
    if (!bound.ok) return bound;
  }
  return undefined;
}

function weightOf(spec: ScorerSpec, fields: JsonObject): number {
  const found = caseWeight(spec, fields);
  if (!found.ok) throw new Error(`${found.reason}: the dataset was not checked`);
  return found.weight;
}

function scoreOne(spec: ScorerSpec, given: AnswerToScore): Soon<Score> {
  if (given.turns === undefined) return scoreTurn(spec, given);
  const judged = judgedTurns(spec, given.turns, given);
  return soon(allSoon(judged.map((one) => scoreTurn(spec, one))), (scores) => {
    const [only] = scores;
    return spec.turns === "each" ? overTurns(scores) : (only ?? overTurns(scores));
  });
}

/** One answer, or what of a conversation is judged as one. */
function scoreTurn(spec: ScorerSpec, given: AnswerToScore): Soon<Score> {
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
  const judged = runScorer(bound, input, given.ports);
  if (given.outcome !== "truncated") return judged;
  return soon(judged, (score) => ({ ...score, reason: `${score.reason} (the answer was cut off)` }));
}

const binders = new WeakMap<ScorerSpec, Binder>();

/** Binds a scorer of a suite to case after case; what does not hang on the case is worked out once. */
function binder(spec: ScorerSpec): Binder {
  const known = binders.get(spec);
  if (known !== undefined) return known;
  const scorer: Scorer | undefined = scorers.get(spec.scorer);
  const made: Binder =
    scorer === undefined
      ? () => ({ ok: false, reason: `no scorer is named ${JSON.stringify(spec.scorer)}`, field: undefined })
      : optionsBinder(scorer, spec.options);
  binders.set(spec, made);
  return made;
}
