import type { Model } from "../../src/domain/model.ts";

/** A model as a suite without settings gives it. */
export function aModel(name: string, over: Partial<Model> = {}): Model {
  return {
    name,
    backend: "openai",
    model: name,
    parameters: {
      maxTokens: undefined,
      temperature: undefined,
      topP: undefined,
      seed: undefined,
      stop: undefined,
      responseSchema: undefined,
      tools: undefined,
    },
    settings: {
      concurrency: 8,
      repeats: 1,
      timeoutMs: 5000,
      idleTimeoutMs: 5000,
      maxAttempts: 3,
      rpm: undefined,
      tpm: undefined,
    },
    price: undefined,
    options: {},
    place: { file: "suite.yaml", line: 1, column: 1, endLine: 1, endColumn: 1 },
    ...over,
  };
}
