import { OUTCOME_KINDS } from "../domain/outcome.ts";
import type { LabelledScore, ScoredSample } from "../domain/score.ts";
import { type Fields, isArrayOf, isFields, isNumber, isText } from "./plain-json.ts";

const FAULTS: readonly unknown[] = ["none", "wrong", "format"];
const OUTCOMES: readonly unknown[] = OUTCOME_KINDS;
const MAYBE_NUMBERS = [
  "costUsd",
  "latencyMs",
  "firstTokenMs",
  "generationMs",
  "inputTokens",
  "outputTokens",
] as const;

/**
 * Whether a record is a scored sample without rare parts (steps, votes, labels and the like). Nearly every one is, and
 * this look takes a tenth of what the schema takes; what it turns down, the schema decides and words.
 */
export function isPlainScored(value: unknown): value is ScoredSample {
  if (!isFields(value) || value["steps"] !== undefined) return false;
  const { task, caseId, target, repeat, outcome, score, scoreIfFormatFixed, fault } = value;
  if (typeof task !== "string" || typeof caseId !== "string" || typeof target !== "string") return false;
  if (!isCount(repeat) || !OUTCOMES.includes(outcome) || !FAULTS.includes(fault)) return false;
  if (!(score === null || isUnit(score))) return false;
  if (!(scoreIfFormatFixed === null || isUnit(scoreIfFormatFixed))) return false;
  for (const name of MAYBE_NUMBERS) if (!(value[name] === null || isNumber(value[name]))) return false;
  return isArrayOf(value["scores"], isPlainLabelled) && hasPlainRest(value);
}

function hasPlainRest({ cached, calls, attempts, notes, tags, slices, cluster, caseHash, at }: Fields) {
  if (typeof cached !== "boolean" || typeof caseHash !== "string" || typeof at !== "string") return false;
  if (!(calls === null || isCount(calls)) || !Number.isSafeInteger(attempts)) return false;
  if (!(cluster === null || typeof cluster === "string")) return false;
  return (
    isArrayOf(notes, isText) &&
    isArrayOf(tags, isText) &&
    isFields(slices) &&
    isArrayOf(Object.values(slices), isText)
  );
}

function isPlainLabelled(value: unknown): value is LabelledScore {
  if (!isFields(value)) return false;
  const { label, weight, score } = value;
  if (typeof label !== "string" || !isNumber(weight) || !isFields(score)) return false;
  if (score["parts"] !== undefined) return false;
  if (score["kind"] === "unscored") return isText(score["code"]) && isText(score["reason"]);
  const { labels, votes, lengths, ifFormatFixed } = score;
  if (labels !== undefined || votes !== undefined || lengths !== undefined) return false;
  return (
    score["kind"] === "scored" &&
    isUnit(score["score"]) &&
    FAULTS.includes(score["fault"]) &&
    isText(score["reason"]) &&
    (ifFormatFixed === undefined || isUnit(ifFormatFixed))
  );
}

function isUnit(value: unknown): boolean {
  return typeof value === "number" && value >= 0 && value <= 1;
}

function isCount(value: unknown): boolean {
  return typeof value === "number" && value >= 0 && Number.isSafeInteger(value);
}
