import type { Case } from "../../domain/dataset.ts";
import type { Answer, Step } from "../../domain/outcome.ts";
import type { Sample } from "../../domain/sample.ts";
import type { Score, ScoredSample } from "../../domain/score.ts";
import type { Message } from "../../domain/suite.ts";
import type { AnswerDetail, InputDetail, JudgementDetail, StepDetail } from "./case-data.ts";

/** Characters of an answer, and of a reason, that are kept. */
const MOST_ANSWER = 20_000;
const MOST_REASON = 2_000;
/** Characters of a case's field, and of a workflow's step. */
const MOST_FIELD = 5_000;

/** What the explorer shows of an ask. */
export function answerDetail({ outcome, attempts, cached }: Sample): AnswerDetail {
  if (outcome.kind === "failed") {
    const { code, message } = outcome.failure;
    return { text: "", failure: `${code}: ${message.slice(0, MOST_REASON)}`, attempts, cached };
  }
  if (outcome.kind === "skipped")
    return { text: "", failure: `skipped: ${outcome.reason}`, attempts, cached };
  return { ...spoken(outcome.answer), attempts, cached };
}

function spoken({ text, steps = [], toolCalls, finishReason, servedModel, notes, timings, usage }: Answer) {
  return {
    text: text.slice(0, MOST_ANSWER),
    ...(text.length > MOST_ANSWER ? { cut: text.length - MOST_ANSWER } : {}),
    ...toolsOf(toolCalls, MOST_ANSWER),
    ...(steps.length > 0 ? { steps: steps.map(stepDetail) } : {}),
    ...(notes.length > 0 ? { notes } : {}),
    ...(servedModel === undefined ? {} : { servedBy: servedModel }),
    ...(timings.firstTokenMs === undefined ? {} : { firstTokenMs: Math.round(timings.firstTokenMs) }),
    ...measured({ timings, usage }),
    finish: finishReason,
  };
}

function measured({ timings, usage }: Pick<Answer, "timings" | "usage">) {
  return {
    ...(timings.latencyMs === undefined ? {} : { latencyMs: Math.round(timings.latencyMs) }),
    ...(usage.inputTokens === undefined ? {} : { inputTokens: usage.inputTokens }),
    ...(usage.outputTokens === undefined ? {} : { outputTokens: usage.outputTokens }),
  };
}

function toolsOf(calls: Answer["toolCalls"], most: number): { readonly tools?: string } {
  return calls.length === 0 ? {} : { tools: JSON.stringify(calls, null, 2).slice(0, most) };
}

function stepDetail({ name, model, kind, messages, answer, cached }: Step): StepDetail {
  const asked = messages?.map(messageText).join("\n");
  return {
    name,
    model,
    outcome: kind,
    ...(asked === undefined ? {} : { asked: asked.slice(0, MOST_FIELD) }),
    text: answer.text.slice(0, MOST_FIELD),
    ...toolsOf(answer.toolCalls, MOST_FIELD),
    ...measured(answer),
    cached,
  };
}

function messageText({ role, content, called = [] }: Message): string {
  const calls = called.map((call) => `${call.name}(${JSON.stringify(call.arguments)}) gave ${call.result}`);
  return [`${role}: ${content}`, ...calls].join("\n");
}

/** What the explorer shows of a case's fields; its id and tags are shown already. */
export function inputDetail({ fields }: Case): InputDetail {
  return Object.entries(fields)
    .filter(([name]) => name !== "id" && name !== "tags")
    .map(([name, value]) => [
      name,
      (typeof value === "string" ? value : JSON.stringify(value)).slice(0, MOST_FIELD),
    ]);
}

/** What the explorer shows of its scores. */
export function judgementDetail({ scores, costUsd }: ScoredSample): JudgementDetail {
  return {
    costUsd,
    scores: scores.map(({ label, score }) => ({
      label,
      score: score.kind === "scored" ? score.score : null,
      isFormat: score.kind === "scored" && score.fault === "format",
      reason: score.reason.slice(0, MOST_REASON),
      ...votesOf(score),
    })),
  };
}

function votesOf(score: Score): Pick<JudgementDetail["scores"][number], "votes"> {
  const votes = score.kind === "scored" ? (score.votes ?? []) : [];
  if (votes.length === 0) return {};
  return {
    votes: votes.map(({ judge, score, reasons }) => ({
      judge,
      score,
      reasons: reasons.slice(0, MOST_REASON),
    })),
  };
}
