import { z } from "zod";
import { defineBackend } from "./backend.ts";

/** OpenAI's chat completions or Responses API, and every server that speaks one: vLLM, llama.cpp, LM Studio. */
export const openai = defineBackend({
  name: "openai",
  summary: "OpenAI and every server with its chat completions or Responses API",
  capabilities: {
    parameters: ["maxTokens", "temperature", "topP", "seed", "stop", "responseSchema", "tools"],
    sharing: "parallel",
    keyVariable: "OPENAI_API_KEY",
    local: false,
    cacheable: true,
    simulated: false,
    narrowed: [
      {
        option: "api",
        value: "responses",
        parameters: ["seed", "stop"],
        options: ["max_tokens_field"],
      },
      {
        option: "api",
        value: "embeddings",
        parameters: ["maxTokens", "temperature", "topP", "seed", "stop", "responseSchema", "tools"],
        options: ["max_tokens_field", "strict_schema"],
      },
    ],
  },
  options: z.strictObject({
    api: z
      .enum(["chat", "responses", "embeddings"])
      .default("chat")
      .describe(
        "Which API is asked: chat completions, which every compatible server has, or Responses (the provider is told to store nothing); embeddings is for the scorer `semantic`",
      ),
    base_url: z.string().optional().describe("Address of the API, default https://api.openai.com/v1"),
    api_key_env: z
      .string()
      .optional()
      .describe("Environment variable that holds the key, default OPENAI_API_KEY"),
    max_tokens_field: z
      .enum(["auto", "max_tokens", "max_completion_tokens"])
      .optional()
      .describe(
        "Name of the limit on the wire; auto: max_completion_tokens for OpenAI, max_tokens elsewhere",
      ),
    strict_schema: z
      .boolean()
      .optional()
      .describe(
        "Sent as `strict` with a response_schema: OpenAI then holds the answer to it; not sent unless set",
      ),
    headers: z
      .record(z.string(), z.string())
      .optional()
      .describe("More headers, without secrets; the key's own header cannot be replaced"),
  }),
  connect: async (model, environment) => (await import("./openai-wire.ts")).connectOpenAi(model, environment),
  connectBatch: async (model, environment) =>
    (await import("./openai-batch.ts")).connectOpenAiBatch(model, environment),
});
