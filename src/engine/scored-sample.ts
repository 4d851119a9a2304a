import type { Case } from "../domain/dataset.ts";
import type { JsonValue } from "../domain/json.ts";
import type { Price } from "../domain/model.ts";
import type { Sample } from "../domain/sample.ts";
import type { LabelledScore, ScoredSample, ScoredStep, ScoreFault } from "../domain/score.ts";
import { fieldAt } from "../domain/template.ts";
import { answerCostUsd } from "./cost.ts";

/** What the scorers of a task made of one answer. */
export interface CombinedScore {
  readonly score: number | null;
  readonly scoreIfFormatFixed: number | null;
  readonly fault: ScoreFault;
}

export interface ScoredSampleInput {
  readonly sample: Sample;
  readonly case: Case;
  readonly scores: readonly LabelledScore[];
  readonly combined: CombinedScore;
  /** The drafts of a workflow's answer; `undefined` where there is none. */
  readonly steps?: readonly ScoredStep[] | undefined;
  /** By model name; `undefined` is unknown. */
  readonly prices: ReadonlyMap<string, Price | undefined>;
  /** The task's slice fields, and those that the gate names. */
  readonly sliceFields: readonly string[];
}

/**
 * Joins a sample with its scores. A refused or empty answer scores 0, where refusals are not what is judged; a failed or skipped call is `null`: missing,
 * never zero. Latency is `null` for an answer from the cache: it was not measured in this run.
 */
export function toScoredSample(input: ScoredSampleInput): ScoredSample {
  const { sample, prices, steps } = input;
  const { outcome } = sample;
  const answer = outcome.kind === "failed" || outcome.kind === "skipped" ? undefined : outcome.answer;
  const cached = sample.cached || (answer?.steps?.some((step) => step.cached) ?? false);
  // A refused or an empty answer has a 0 from each scorer, but from those that judge refusals, or turn by turn.
  const { score, scoreIfFormatFixed, fault } = answer === undefined ? NOT_JUDGED : input.combined;
  const timings = cached ? undefined : answer?.timings;
  const scored: ScoredSample = {
    task: sample.task,
    caseId: sample.caseId,
    target: sample.target,
    repeat: sample.repeat,
    outcome: outcome.kind,
    scores: input.scores,
    score,
    scoreIfFormatFixed,
    fault,
    costUsd: answer === undefined ? null : answerCostUsd(answer, sample.target, prices),
    latencyMs: timings?.latencyMs ?? null,
    firstTokenMs: timings?.firstTokenMs ?? null,
    generationMs: timings?.generationMs ?? null,
    inputTokens: answer?.usage.inputTokens ?? null,
    outputTokens: answer?.usage.outputTokens ?? null,
    cached,
    calls: answer === undefined ? null : (answer.steps?.length ?? 1),
    steps,
    attempts: sample.attempts,
    notes: answer?.notes ?? [],
    tags: input.case.tags,
    slices: slicesOf(input.case, input.sliceFields),
    cluster: input.case.cluster ?? null,
    caseHash: input.case.hash,
    at: sample.at,
  };
  return scored;
}

const NOT_JUDGED: CombinedScore = { score: null, scoreIfFormatFixed: null, fault: "none" };

/** The values of a case's slice fields, as text. */
export function slicesOf(item: Case, fields: readonly string[]): { readonly [field: string]: string } {
  const entries = fields.flatMap((field) => {
    const value = fieldAt(item.fields, field);
    return value === undefined ? [] : [[field, sliceValue(value)] as const];
  });
  return Object.fromEntries(entries);
}

function sliceValue(value: JsonValue): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}
