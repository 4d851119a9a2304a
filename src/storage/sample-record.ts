import { z } from "zod";
import { FAILURE_CODES } from "../domain/outcome.ts";
import type { Sample } from "../domain/sample.ts";
import { parsedJson } from "./parsed-json.ts";
import { sealed, sealedPieces, unsealed } from "./seal.ts";

/** An absent key is `undefined`: JSON has no word for unknown but `null`, and unknown is not null here. */
export function known<Schema extends z.ZodType>(schema: Schema) {
  return schema.optional().transform((value) => value);
}

const count = known(z.number());
const answeredKind = z.enum(["answered", "refused", "empty", "truncated"]);

const callSchema = z.object({
  text: z.string(),
  toolCalls: z.array(z.object({ name: z.string(), arguments: z.json() })),
  finishReason: z.string(),
  usage: z.object({
    inputTokens: count,
    outputTokens: count,
    cachedReadTokens: count,
    cachedWriteTokens: count,
    reasoningTokens: count,
  }),
  timings: z.object({ latencyMs: count, firstTokenMs: count, generationMs: count, loadMs: count }),
  servedModel: known(z.string()),
  notes: z.array(z.string()),
});

const messageSchema = z.object({
  role: z.enum(["system", "user", "assistant"]),
  content: z.string(),
  called: z.array(z.object({ name: z.string(), arguments: z.json(), result: z.string() })).optional(),
});

export const answerSchema = callSchema.extend({
  steps: z
    .array(
      z.object({
        name: z.string(),
        model: z.string(),
        messages: z.array(messageSchema).optional(),
        aside: z.boolean().optional(),
        kind: answeredKind,
        answer: callSchema,
        cached: z.boolean(),
      }),
    )
    .optional(),
});

const failureSchema = z.object({
  code: z.enum(FAILURE_CODES),
  message: z.string(),
  retryable: z.boolean(),
  retryAfterMs: count,
  httpStatus: count,
  partialText: known(z.string()),
});

const sampleSchema = z.object({
  task: z.string(),
  caseId: z.string(),
  target: z.string(),
  repeat: z.int().min(0),
  requestKey: z.string(),
  attempts: z.int().min(0),
  outcome: z.discriminatedUnion("kind", [
    z.object({ kind: answeredKind, answer: answerSchema }),
    z.object({ kind: z.literal("failed"), failure: failureSchema }),
    z.object({ kind: z.literal("skipped"), reason: z.enum(["interrupted", "bail", "budget"]) }),
  ]),
  queuedMs: z.number(),
  cached: z.boolean(),
  at: z.string(),
});

/** One line of `samples.jsonl`, with its line break: camelCase as in the domain, sealed with a checksum. */
export function encodeSample(sample: Sample): string {
  return `${sealed(JSON.stringify({ schema: 1, ...sample }))}\n`;
}

/** The same line, piece by piece. */
export function samplePieces(sample: Sample): Iterable<string> {
  return sealedPieces({ schema: 1, ...sample });
}

/** Reads a line back; a text is why it cannot be believed. */
export function decodeSample(line: Buffer): Sample | string {
  const opened = unsealed(line);
  if ("why" in opened) return opened.why;
  try {
    const parsed = sampleSchema.safeParse(parsedJson(opened.body));
    return parsed.success ? parsed.data : `it is not a sample: ${z.prettifyError(parsed.error)}`;
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return "it is not a sample: it is nested too deep";
  }
}
