import type { JsonValue } from "../domain/json.ts";
import { isDeeper } from "../domain/json-depth.ts";
import type { Model } from "../domain/model.ts";
import {
  LATE_NOTE,
  OTHER_MODEL_NOTE,
  type Outcome,
  type Timings,
  type ToolCall,
  type Usage,
} from "../domain/outcome.ts";
import type { CallGuard } from "./call-guard.ts";
import { failure, parseJson } from "./http-failure.ts";
import type { Secret } from "./secret.ts";

export const NO_USAGE: Usage = {
  inputTokens: undefined,
  outputTokens: undefined,
  cachedReadTokens: undefined,
  cachedWriteTokens: undefined,
  reasoningTokens: undefined,
};

/** What a stream has told so far; a wire file fills it chunk by chunk. */
export interface Collected {
  text: string;
  refusal: boolean;
  readonly tools: Map<number, { name: string; json: string }>;
  finishReason: string | undefined;
  usage: Usage;
  servedModel: string | undefined;
  firstTokenAt: number | undefined;
  /** From the backend itself, ms. */
  loadMs: number | undefined;
  generationMs: number | undefined;
  readonly notes: string[];
}

/** How a provider's words for the end map to outcomes. */
export interface Endings {
  readonly refused: readonly string[];
  readonly truncated: readonly string[];
}

/**
 * Runs one call and makes its outcome. `stream` sends the request and fills what it is given; whatever it throws, the
 * guard's fault says why. A stream that ends without a finish reason is a lost connection, never an answer.
 */
export async function collect(
  model: Model,
  guard: CallGuard,
  key: Secret,
  endings: Endings,
  stream: (into: Collected) => Promise<void>,
): Promise<Outcome> {
  const into = newCollected();
  guard.weighs(into);
  let thrown: unknown;
  try {
    await stream(into);
  } catch (error) {
    thrown = error;
  } finally {
    guard.release();
  }
  hideKey(into, key);
  if (guard.hasWaited()) into.notes.push(LATE_NOTE);
  if (guard.interrupted()) return { kind: "skipped", reason: "interrupted" };
  const fault =
    guard.fault() ??
    (thrown === undefined
      ? undefined
      : failure("bad-response", `The answer could not be read: ${String(thrown)}`)) ??
    (into.finishReason === undefined
      ? failure("connection-lost", "The stream ended before the answer was complete.")
      : undefined);
  if (fault !== undefined) {
    const partialText = into.text === "" ? undefined : into.text;
    return { kind: "failed", failure: { ...fault, message: key.redact(fault.message), partialText } };
  }
  return answered(model, into, endings, timingsOf(into, guard.times()));
}

/** Nothing told yet. */
export function newCollected(): Collected {
  return {
    text: "",
    refusal: false,
    tools: new Map(),
    finishReason: undefined,
    usage: NO_USAGE,
    servedModel: undefined,
    firstTokenAt: undefined,
    loadMs: undefined,
    generationMs: undefined,
    notes: [],
  };
}

/** A server that says the key back, in an answer or wherever else, must not bring it into a journal. */
export function hideKey(into: Collected, key: Secret): void {
  let isFound = false;
  const hide = (text: string) => {
    const hidden = key.redactAnswer(text);
    isFound ||= hidden !== text;
    return hidden;
  };
  into.text = hide(into.text);
  for (const [at, { name, json }] of into.tools) into.tools.set(at, { name: hide(name), json: hide(json) });
  if (into.finishReason !== undefined) into.finishReason = hide(into.finishReason);
  if (into.servedModel !== undefined) into.servedModel = hide(into.servedModel);
  if (isFound) into.notes.push("key-redacted");
}

function timingsOf(into: Collected, { sentAt, endedAt }: ReturnType<CallGuard["times"]>): Timings {
  const latencyMs = Math.max(0, endedAt - sentAt - (into.loadMs ?? 0));
  const firstTokenMs =
    into.firstTokenAt === undefined
      ? undefined
      : Math.max(0, into.firstTokenAt - sentAt - (into.loadMs ?? 0));
  return {
    latencyMs,
    firstTokenMs,
    generationMs: into.generationMs ?? (firstTokenMs === undefined ? undefined : latencyMs - firstTokenMs),
    loadMs: into.loadMs,
  };
}

/** The outcome that a whole answer makes. */
export function answered(model: Model, into: Collected, endings: Endings, timings: Timings): Outcome {
  const finishReason = into.finishReason ?? "";
  const toolCalls = [...into.tools.values()].map(toolCall);
  const notes = [...into.notes];
  if (into.text.includes("\uFFFD")) notes.push("invalid-utf8");
  if (into.servedModel !== undefined && !isSameModel(model.model, into.servedModel))
    notes.push(OTHER_MODEL_NOTE);
  const kind =
    into.refusal || endings.refused.includes(finishReason)
      ? "refused"
      : endings.truncated.includes(finishReason)
        ? "truncated"
        : into.text.trim() === "" && toolCalls.length === 0
          ? "empty"
          : "answered";
  return {
    kind,
    answer: {
      text: into.text,
      toolCalls,
      finishReason,
      usage: into.usage,
      timings,
      servedModel: into.servedModel,
      notes,
    },
  };
}

function toolCall({ name, json }: { name: string; json: string }): ToolCall {
  const text = json === "" ? "{}" : json;
  const parsed = parseJson(text);
  // What is nested beyond reason stays the text that it came as: it could be read, but not written again.
  if (parsed === undefined || isDeeper(parsed)) return { name, arguments: text };
  return { name, arguments: parsed as JsonValue }; // JSON.parse gives JSON
}

/** The same id, or the asked alias with a date or tag behind it. */
function isSameModel(asked: string, served: string): boolean {
  const bare = (id: string) => id.replace(/^.*\//, "");
  return (
    bare(served) === bare(asked) ||
    bare(served).startsWith(`${bare(asked)}-`) ||
    bare(served) === `${bare(asked)}:latest`
  );
}
