import { z } from "zod";
import { defineBackend } from "./backend.ts";

/** Sent where the suite sets no limit: the API does not go without one. */
export const DEFAULT_MAX_TOKENS = 4096;

/** Anthropic's Messages API. Its current models take no temperature, top_p or seed. */
export const anthropic = defineBackend({
  name: "anthropic",
  summary: "Claude, by Anthropic's Messages API",
  capabilities: {
    parameters: ["maxTokens", "stop", "responseSchema", "tools"],
    sharing: "parallel",
    keyVariable: "ANTHROPIC_API_KEY",
    local: false,
    cacheable: true,
    defaultMaxTokens: DEFAULT_MAX_TOKENS,
    simulated: false,
  },
  options: z.strictObject({
    base_url: z.string().optional().describe("Address of the API, default https://api.anthropic.com"),
    api_key_env: z
      .string()
      .optional()
      .describe("Environment variable that holds the key, default ANTHROPIC_API_KEY"),
    thinking: z
      .enum(["adaptive", "disabled"])
      .optional()
      .describe("Whether the model thinks before it answers; not sent unless set"),
    effort: z
      .enum(["low", "medium", "high", "xhigh", "max"])
      .optional()
      .describe("How much work the model puts into an answer; not sent unless set"),
    headers: z
      .record(z.string(), z.string())
      .optional()
      .describe("More headers, without secrets; the key's own header cannot be replaced"),
  }),
  connect: async (model, environment) =>
    (await import("./anthropic-wire.ts")).connectAnthropic(model, environment),
  connectBatch: async (model, environment) =>
    (await import("./anthropic-batch.ts")).connectAnthropicBatch(model, environment),
});
