import type { Place } from "./fault.ts";
import type { JsonObject, JsonValue } from "./json.ts";

/** A declared tool that a model may call. `parameters` is a JSON Schema. */
export interface ToolDefinition {
  readonly name: string;
  readonly description: string | undefined;
  readonly parameters: JsonObject;
}

/** What is sent with every request of a model. `undefined` is not sent: nothing goes out that the suite does not say. */
export interface Parameters {
  readonly maxTokens: number | undefined;
  readonly temperature: number | undefined;
  readonly topP: number | undefined;
  readonly seed: number | undefined;
  readonly stop: readonly string[] | undefined;
  /** JSON Schema that the answer must follow. */
  readonly responseSchema: JsonObject | undefined;
  readonly tools: readonly ToolDefinition[] | undefined;
}

/** Names of the parameters, for the capability check. */
export type ParameterName = keyof Parameters;

/** USD per million tokens; `undefined` is unknown, never zero. */
export interface Price {
  readonly input: number;
  readonly output: number;
  readonly cachedRead: number | undefined;
  readonly cachedWrite: number | undefined;
  /** USD per hour of wall-clock generation (local hardware); added to the token price. */
  readonly perHour: number | undefined;
  /** Where the row comes from: `suite`, or `table 2026-11-20`, or `local`. */
  readonly source: string;
}

/** How a run asks: resolved, nothing optional below the suite. */
export interface ModelSettings {
  readonly concurrency: number;
  readonly repeats: number;
  /** Total deadline of one call, ms. */
  readonly timeoutMs: number;
  /** Longest silence between two chunks, ms. */
  readonly idleTimeoutMs: number;
  /** Attempts for one sample, the first included. */
  readonly maxAttempts: number;
  /** Requests and tokens a minute that the provider allows; `undefined` is learnt from what it says. */
  readonly rpm: number | undefined;
  readonly tpm: number | undefined;
}

/** A multi-step way to answer, as a suite binds it to a model. */
export interface WorkflowSpec {
  /** Its name on the shelf: `vote`. */
  readonly name: string;
  /** Validated options, defaults filled in. */
  readonly options: JsonObject;
  /** Name of the suite's model that it asks, and whose name its steps bear. */
  readonly of: string;
  /** Names of the other models of the suite that it asks. */
  readonly others: readonly string[];
  /** Fields of the case that its prompts read. */
  readonly fields: readonly string[];
  /** Most calls that one sample can take. */
  readonly mostCalls: number;
  /** How often the words of its options can stand in one prompt. */
  readonly copies: number;
  /** Bytes of the longest prompt that it may send besides the task's own; `undefined` follows from its options. */
  readonly longestPrompt?: number | undefined;
  /** Total deadline of one call, ms; the model's own is that of all of them. */
  readonly stepTimeoutMs: number;
}

/** A name in the suite bound to a backend, a model id and parameters: with a workflow, a target of many calls. */
export interface Model {
  readonly name: string;
  readonly backend: string;
  /** The model id as the backend knows it. */
  readonly model: string;
  readonly parameters: Parameters;
  readonly settings: ModelSettings;
  readonly price: Price | undefined;
  /** Backend-specific options, already validated by the backend's schema (snake_case keys as in the suite). */
  readonly options: { readonly [key: string]: JsonValue };
  readonly workflow?: WorkflowSpec | undefined;
  /** Asked through its provider's batches: at half the price, and with no time measured. */
  readonly isBatched?: boolean | undefined;
  readonly place: Place;
}
