import { z } from "zod";
import type { SandboxLimits } from "../domain/sandbox.ts";

/** The options that scorers of model-written code share: what it may use. */
export const limitsShape = {
  timeout_s: z
    .number()
    .min(0.1)
    .max(300)
    .default(5)
    .describe("Seconds for everything that one answer does; starting the sandbox is not counted."),
  memory_mb: z.int().min(32).max(1024).default(256).describe("Memory of the sandbox, MB."),
  output_characters: z
    .int()
    .min(0)
    .max(10_000_000)
    .default(100_000)
    .describe("What the code may print; more ends it."),
};

/** The limits that a suite's options ask for. */
export function limitsOf(options: {
  readonly timeout_s: number;
  readonly memory_mb: number;
  readonly output_characters: number;
}): SandboxLimits {
  return {
    timeoutMs: options.timeout_s * 1000,
    memoryMb: options.memory_mb,
    outputCharacters: options.output_characters,
  };
}
