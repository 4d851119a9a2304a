import type { Answer, Timings, Usage } from "../domain/outcome.ts";
import { type Fields, isArrayOf, isFields, isNumber, isText } from "./plain-json.ts";

/**
 * The answer that a record holds, where it is that of one call without rare parts (steps, calls of tools). Nearly every
 * one is, and this takes a tenth of what the schema takes; what it turns down, the schema decides and words.
 */
export function plainAnswer(value: unknown): Answer | undefined {
  if (!isFields(value) || value["steps"] !== undefined) return undefined;
  const { text, toolCalls, finishReason, servedModel, notes } = value;
  const usage = plainUsage(value["usage"]);
  const timings = plainTimings(value["timings"]);
  if (!isText(text) || !isText(finishReason) || usage === undefined || timings === undefined)
    return undefined;
  if (!(servedModel === undefined || isText(servedModel)) || !isArrayOf(notes, isText)) return undefined;
  if (!Array.isArray(toolCalls) || toolCalls.length > 0) return undefined;
  return { text, toolCalls: [], finishReason, usage, timings, servedModel, notes };
}

function plainUsage(value: unknown): Usage | undefined {
  if (!isFields(value)) return undefined;
  const { inputTokens, outputTokens, cachedReadTokens, cachedWriteTokens, reasoningTokens } = value;
  if (!isCounted(inputTokens) || !isCounted(outputTokens) || !isCounted(cachedReadTokens)) return undefined;
  if (!isCounted(cachedWriteTokens) || !isCounted(reasoningTokens)) return undefined;
  return { inputTokens, outputTokens, cachedReadTokens, cachedWriteTokens, reasoningTokens };
}

function plainTimings(value: unknown): Timings | undefined {
  if (!isFields(value)) return undefined;
  const { latencyMs, firstTokenMs, generationMs, loadMs } = value;
  if (!isCounted(latencyMs) || !isCounted(firstTokenMs)) return undefined;
  if (!isCounted(generationMs) || !isCounted(loadMs)) return undefined;
  return { latencyMs, firstTokenMs, generationMs, loadMs };
}

function isCounted(value: Fields[string]): value is number | undefined {
  return value === undefined || isNumber(value);
}
