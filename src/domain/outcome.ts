import type { JsonValue } from "./json.ts";
import type { Message } from "./suite.ts";

/** Tokens as the provider counted them; `undefined` is unknown. */
export interface Usage {
  readonly inputTokens: number | undefined;
  readonly outputTokens: number | undefined;
  readonly cachedReadTokens: number | undefined;
  readonly cachedWriteTokens: number | undefined;
  /** Part of `outputTokens` that was hidden reasoning. */
  readonly reasoningTokens: number | undefined;
}

/** Milliseconds on a monotonic clock, from the moment the request is sent. Queueing is not in here. */
export interface Timings {
  /** To the last byte; `undefined` where nobody measured it (a replayed answer). */
  readonly latencyMs: number | undefined;
  /** To the first token; `undefined` where the answer did not stream. */
  readonly firstTokenMs: number | undefined;
  /** Time spent generating tokens; from the backend where it says so (Ollama), else latency less first token. */
  readonly generationMs: number | undefined;
  /** Model load time that the backend reported, ms (already taken out of `latencyMs`). */
  readonly loadMs: number | undefined;
}

/** A call of a declared tool, as the model wrote it. */
export interface ToolCall {
  readonly name: string;
  /** Parsed arguments, or the raw text where it is not JSON. */
  readonly arguments: JsonValue;
}

/** Note of an answer that, the server says, came of another model than was asked. */
export const OTHER_MODEL_NOTE = "served-by-another-model";

/** On an answer whose latency may be too long: this process was busy when it came. */
export const LATE_NOTE = "timed-late";

/** What a model said, complete. */
export interface Answer {
  readonly text: string;
  readonly toolCalls: readonly ToolCall[];
  /** The provider's own word for why it stopped. */
  readonly finishReason: string;
  readonly usage: Usage;
  readonly timings: Timings;
  /** The model id that the response names. */
  readonly servedModel: string | undefined;
  /** Things a reader of the score must know: `prompt-fills-context`, `invalid-utf8`, `served-by-another-model`, `timed-late`. */
  readonly notes: readonly string[];
  /** The calls of a workflow that this answer was made of, in order; absent for the answer of one call. */
  readonly steps?: readonly Step[] | undefined;
}

/** How a call ends that was answered. */
export type AnsweredKind = "answered" | "refused" | "empty" | "truncated";

/** One call of a workflow: what was asked of whom, and what came back. */
export interface Step {
  /** The workflow's own word for it, unique within a sample: `sample 3`, `critique 1`. */
  readonly name: string;
  /** Name of the model in the suite. */
  readonly model: string;
  /** What was sent; absent where it was the task's own prompt. */
  readonly messages?: readonly Message[] | undefined;
  /** A critique or a choice, never meant as an answer; absent for a step that could have been the answer. */
  readonly aside?: boolean | undefined;
  readonly kind: AnsweredKind;
  readonly answer: Answer;
  /** Read from the answer cache: its latency was measured then, not now. */
  readonly cached: boolean;
}

/** Why a call failed. */
export const FAILURE_CODES = [
  "auth",
  "quota",
  "unknown-model",
  "unreachable",
  "rate-limited",
  "overloaded",
  "server-error",
  "timeout",
  "connection-lost",
  "bad-response",
  "bad-request",
  "context-too-long",
  "no-recording",
  "module-error",
] as const;
export type FailureCode = (typeof FAILURE_CODES)[number];

/** A failure of transport or backend: says nothing about the model's quality. */
export interface Failure {
  readonly code: FailureCode;
  /** One sentence for people; never holds a key. */
  readonly message: string;
  /** Worth another attempt. */
  readonly retryable: boolean;
  /** What the server asked us to wait, ms. */
  readonly retryAfterMs: number | undefined;
  readonly httpStatus: number | undefined;
  /** What was received before it broke, for debugging only: never scored. */
  readonly partialText: string | undefined;
}

/** The end of one sample: never merged, never guessed. */
export type Outcome =
  | { readonly kind: AnsweredKind; readonly answer: Answer }
  | { readonly kind: "failed"; readonly failure: Failure }
  | { readonly kind: "skipped"; readonly reason: "interrupted" | "bail" | "budget" };

/** The kinds of outcome, in the order of the table's columns. */
export const OUTCOME_KINDS = ["answered", "refused", "empty", "truncated", "failed", "skipped"] as const;
export type OutcomeKind = (typeof OUTCOME_KINDS)[number];
