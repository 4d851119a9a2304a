import type { Answer } from "../../domain/outcome.ts";
import type { Sample } from "../../domain/sample.ts";
import type { ScoredSample } from "../../domain/score.ts";
import type { AnswerDetail, JudgementDetail } from "./case-data.ts";

/** Characters of an answer, and of a reason, that are kept. */
const MOST_ANSWER = 20_000;
const MOST_REASON = 2_000;

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

function spoken({ text, toolCalls, finishReason, servedModel, notes, timings, usage }: Answer) {
  return {
    text: text.slice(0, MOST_ANSWER),
    ...(text.length > MOST_ANSWER ? { cut: text.length - MOST_ANSWER } : {}),
    ...(toolCalls.length > 0 ? { tools: JSON.stringify(toolCalls, null, 2).slice(0, MOST_ANSWER) } : {}),
    ...(notes.length > 0 ? { notes } : {}),
    ...(servedModel === undefined ? {} : { servedBy: servedModel }),
    ...(timings.latencyMs === undefined ? {} : { latencyMs: Math.round(timings.latencyMs) }),
    ...(timings.firstTokenMs === undefined ? {} : { firstTokenMs: Math.round(timings.firstTokenMs) }),
    ...(usage.inputTokens === undefined ? {} : { inputTokens: usage.inputTokens }),
    ...(usage.outputTokens === undefined ? {} : { outputTokens: usage.outputTokens }),
    finish: finishReason,
  };
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
    })),
  };
}
