import { createHash } from "node:crypto";
import type { Outcome, Timings } from "../domain/outcome.ts";
import type { Request } from "../domain/ports.ts";
import { NO_USAGE } from "./collect.ts";
import { embeddedText, vectorText } from "./embedding.ts";

const DIMENSIONS = 64;

/** A stand-in for an embedding: words counted by their hash, so that texts with the same words are alike. */
export function simulatedEmbedding(request: Request, timings: Timings): Outcome {
  const words =
    embeddedText(request)
      .toLowerCase()
      .match(/[\p{L}\p{N}]+/gu) ?? [];
  const vector = new Array<number>(DIMENSIONS).fill(0);
  for (const word of words) {
    const [place = 0, sign = 0] = createHash("sha256").update(word).digest();
    vector[place % DIMENSIONS] = (vector[place % DIMENSIONS] ?? 0) + (sign % 2 === 0 ? 1 : -1);
  }
  return {
    kind: "answered",
    answer: {
      text: vectorText(vector),
      toolCalls: [],
      finishReason: "embedded",
      usage: { ...NO_USAGE, inputTokens: words.length, outputTokens: 0 },
      timings,
      servedModel: undefined,
      notes: ["simulated"],
    },
  };
}
