/** A service with OpenAI's chat completions, as promptfoo names it. */
export interface CompatibleHost {
  readonly baseUrl: string;
  readonly keyVariable: string;
}

/** By the prefix of a provider's id; addresses and variables as each service documents them. */
export const COMPATIBLE_HOSTS: ReadonlyMap<string, CompatibleHost> = new Map([
  ["openrouter", { baseUrl: "https://openrouter.ai/api/v1", keyVariable: "OPENROUTER_API_KEY" }],
  ["groq", { baseUrl: "https://api.groq.com/openai/v1", keyVariable: "GROQ_API_KEY" }],
  ["mistral", { baseUrl: "https://api.mistral.ai/v1", keyVariable: "MISTRAL_API_KEY" }],
  ["deepseek", { baseUrl: "https://api.deepseek.com/v1", keyVariable: "DEEPSEEK_API_KEY" }],
  ["togetherai", { baseUrl: "https://api.together.xyz/v1", keyVariable: "TOGETHER_API_KEY" }],
  ["fireworks", { baseUrl: "https://api.fireworks.ai/inference/v1", keyVariable: "FIREWORKS_API_KEY" }],
  ["xai", { baseUrl: "https://api.x.ai/v1", keyVariable: "XAI_API_KEY" }],
  ["perplexity", { baseUrl: "https://api.perplexity.ai", keyVariable: "PERPLEXITY_API_KEY" }],
  ["cerebras", { baseUrl: "https://api.cerebras.ai/v1", keyVariable: "CEREBRAS_API_KEY" }],
  [
    "google",
    {
      baseUrl: "https://generativelanguage.googleapis.com/v1beta/openai",
      keyVariable: "GEMINI_API_KEY",
    },
  ],
]);
