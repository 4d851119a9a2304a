import type { JsonValue } from "../../domain/json.ts";

/** One message of what a model was asked. */
export interface RecordedMessage {
  readonly role: string;
  readonly content: string;
}

/** One answer that another tool has recorded. */
export interface RecordedSample {
  readonly id: string;
  /** 0-based. */
  readonly repeat: number;
  readonly input: string | readonly RecordedMessage[];
  /** The right answer, or several of which any is right. */
  readonly expected: JsonValue | undefined;
  /** The texts of a multiple choice. */
  readonly choices: readonly string[] | undefined;
  /** `undefined` where the call failed. */
  readonly output: string | undefined;
  readonly finishReason: string | undefined;
  readonly latencyMs: number | undefined;
  readonly inputTokens: number | undefined;
  readonly outputTokens: number | undefined;
  /** What the other tool made of the answer, in [0, 1]. */
  readonly score: number | undefined;
}

/** What one model answered to one task. */
export interface RecordedRun {
  /** Where it is from, for messages. */
  readonly where: string;
  readonly model: string;
  readonly task: string;
  readonly samples: readonly RecordedSample[];
}

/** A sample of which nothing but its input is known. */
export const BARE_SAMPLE: Omit<RecordedSample, "id" | "input"> = {
  repeat: 0,
  expected: undefined,
  choices: undefined,
  output: undefined,
  finishReason: undefined,
  latencyMs: undefined,
  inputTokens: undefined,
  outputTokens: undefined,
  score: undefined,
};
