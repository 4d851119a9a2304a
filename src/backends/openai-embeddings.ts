import { z } from "zod";
import type { Collected } from "./collect.ts";
import { takeVector } from "./embedding.ts";

const reply = z.object({
  model: z.string().nullish(),
  data: z.array(z.object({ embedding: z.array(z.number()) })),
  usage: z.object({ prompt_tokens: z.number().nullish() }).nullish(),
});

/** The body of a request for one text's embedding. */
export function embeddingBody(model: string, text: string) {
  // Numbers as such: the SDK would ask for base64, which not every compatible server has.
  return { model, input: text, encoding_format: "float" as const };
}

/** Takes the reply of OpenAI's embeddings API. */
export function takeEmbedding(event: object, into: Collected): void {
  const { model, data, usage } = reply.parse(event);
  const vector = data[0]?.embedding;
  takeVector(into, { vector, model: model ?? undefined, tokens: usage?.prompt_tokens ?? undefined });
}
