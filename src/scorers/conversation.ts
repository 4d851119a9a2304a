import type { JsonObject } from "../domain/json.ts";
import { type UserTurn, withTurn } from "../domain/prompt.ts";
import type { Score, ScorePart } from "../domain/score.ts";
import type { ScorerSpec } from "../domain/suite.ts";
import { combine } from "./combine.ts";
import { scored, unscored } from "./judgement.ts";
import { namedParts } from "./parts.ts";
import type { AnswerToScore } from "./score-answer.ts";

/** The fields that a scorer is bound to, once for each answer of a case that it judges. */
export function fieldsJudged(
  { turns: choice = "last" }: ScorerSpec,
  fields: JsonObject,
  turns: readonly UserTurn[] | undefined,
): readonly JsonObject[] {
  if (turns === undefined || choice === "all") return [fields];
  if (choice === "each") return turns.map((_, at) => withTurn(fields, turns, at));
  return [withTurn(fields, turns, turns.length - 1)];
}

/** What a scorer judges of a conversation: its last answer, each, or all of them as one text. */
export function judgedTurns(
  spec: ScorerSpec,
  turns: readonly UserTurn[],
  given: AnswerToScore,
): readonly AnswerToScore[] {
  const { answer } = given;
  const steps = answer.steps ?? [];
  const cases = fieldsJudged(spec, given.case.fields, turns).map((fields) => ({ ...given.case, fields }));
  const { turns: choice = "last" } = spec;
  if (choice === "each") {
    return cases.map((item, at): AnswerToScore => {
      const step = steps[at];
      const ended = {
        ...given,
        case: item,
        answer: { text: "", toolCalls: [], notes: [] },
        outcome: "empty",
      } as const;
      if (step === undefined) return ended;
      return {
        ...given,
        case: item,
        prompt: step.messages ?? given.prompt,
        answer: step.answer,
        outcome: step.kind,
      };
    });
  }
  const last = steps.at(-1);
  const prompt = last?.messages ?? given.prompt;
  // An earlier answer that was cut off is not this one.
  const outcome = choice === "last" ? (last?.kind ?? given.outcome) : given.outcome;
  const text = choice === "all" ? steps.map((step) => step.answer.text).join("\n\n") : answer.text;
  return cases.map((item) => ({ ...given, case: item, prompt, outcome, answer: { ...answer, text } }));
}

/** The scores of the turns as one: their mean, each turn a part. */
export function overTurns(scores: readonly Score[]): Score {
  const turns = scores.map((score, at) => ({ label: `turn ${at + 1}`, weight: 1, score }));
  const reason = turns.map(({ label, score }) => `${label} ${valueText(score)} (${score.reason})`).join("; ");
  const parts = namedParts(
    turns.flatMap(({ label, score }) => [turnPart(label, score), ...(score.parts ?? [])]),
  );
  const open = scores.find((score) => score.kind === "unscored");
  if (open !== undefined) return { ...unscored(open.code, reason), parts };
  const { score, scoreIfFormatFixed, fault } = combine(turns);
  if (score === null) return { ...unscored("scorer-crashed", "there is no turn"), parts };
  if (fault !== "format") return { ...scored(score, reason), parts };
  return { kind: "scored", score, fault, reason, ifFormatFixed: scoreIfFormatFixed ?? score, parts };
}

function turnPart(name: string, score: Score): ScorePart {
  if (score.kind === "unscored") return { name, score: null, weight: 1 };
  const { labels } = score;
  return { name, score: score.score, weight: 1, ...(labels === undefined ? {} : { labels }) };
}

function valueText(score: Score): string {
  return score.kind === "scored" ? String(Number(score.score.toFixed(3))) : "unscored";
}
