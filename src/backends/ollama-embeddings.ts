import { z } from "zod";
import type { Collected } from "./collect.ts";
import { takeVector } from "./embedding.ts";

const reply = z.object({
  model: z.string().optional(),
  embeddings: z.array(z.array(z.number())),
  prompt_eval_count: z.number().optional(),
});

/** Takes the reply of Ollama's embeddings API. */
export function takeEmbedding(event: object, into: Collected): void {
  const { model, embeddings, prompt_eval_count: tokens } = reply.parse(event);
  takeVector(into, { vector: embeddings[0], model, tokens });
}
