import { z } from "zod";
import { defineBackend } from "./backend.ts";

/** Tokens of context that are asked for: the server's own default cuts longer prompts without a word. */
export const DEFAULT_NUM_CTX = 8192;

/** Models that an Ollama server runs, here or on another machine. */
export const ollama = defineBackend({
  name: "ollama",
  summary: "models on an Ollama server, such as Llama 3",
  capabilities: {
    parameters: ["maxTokens", "temperature", "topP", "seed", "stop", "responseSchema", "tools"],
    sharing: "one-model-at-a-time",
    keyVariable: undefined,
    local: true,
    cacheable: true,
    simulated: false,
    narrowed: [
      {
        option: "api",
        value: "embeddings",
        parameters: ["maxTokens", "temperature", "topP", "seed", "stop", "responseSchema", "tools"],
        options: ["think"],
      },
    ],
  },
  options: z.strictObject({
    api: z
      .enum(["chat", "embeddings"])
      .default("chat")
      .describe("Which API is asked; embeddings is for the scorer `semantic`"),
    base_url: z
      .string()
      .optional()
      .describe("Address of the server, default OLLAMA_HOST, else http://127.0.0.1:11434"),
    num_ctx: z
      .number()
      .int()
      .min(256)
      .default(DEFAULT_NUM_CTX)
      .describe("Context in tokens; sent with every call, because the server cuts longer prompts in silence"),
    keep_alive: z.string().default("15m").describe("How long the model stays loaded after a call"),
    think: z.boolean().optional().describe("Whether a reasoning model thinks first; not sent unless set"),
  }),
  connect: async (model, environment) => (await import("./ollama-wire.ts")).connectOllama(model, environment),
});
