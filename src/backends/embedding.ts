import type { Request } from "../domain/ports.ts";
import type { Collected } from "./collect.ts";

/** How an embeddings API ends: it has no words for it. */
export const EMBEDDING_ENDINGS = { refused: [], truncated: [] };

/** Digits that are kept of each number: far more than a cosine of texts tells apart. */
const DIGITS = 6;

/** The text that is embedded: the last message. */
export function embeddedText({ messages }: Request): string {
  return messages.at(-1)?.content ?? "";
}

/** A vector as an answer: the text of a JSON list. */
export function vectorText(vector: readonly number[]): string {
  return `[${vector.map((value) => Number(value.toPrecision(DIGITS))).join(",")}]`;
}

/** Takes a whole reply of an embeddings API into the answer. */
export function takeVector(
  into: Collected,
  {
    vector,
    model,
    tokens,
  }: {
    readonly vector: readonly number[] | undefined;
    readonly model: string | undefined;
    readonly tokens: number | undefined;
  },
): void {
  if (vector === undefined || vector.length === 0 || !vector.every(Number.isFinite))
    throw new Error("it has no vector of numbers");
  into.text = vectorText(vector);
  into.finishReason = "embedded";
  into.servedModel = model;
  into.usage = { ...into.usage, inputTokens: tokens, outputTokens: 0 };
}
