import { z } from "zod";
import { defineBackend } from "./backend.ts";

const rate = z.number().min(0).max(1);
const duration = z.union([z.number().min(0), z.string().regex(/^\d+(?:\.\d+)?(?:ms|s)$/)]);

const options = z.strictObject({
  api: z
    .enum(["chat", "embeddings"])
    .default("chat")
    .describe("What is made up; embeddings, by the words that texts share, are for the scorer `semantic`"),
  accuracy: z
    .union([rate, z.record(z.string(), rate)])
    .default(0.8)
    .describe("Chance of a right answer: one number, or one per task"),
  correlation: rate
    .default(0.8)
    .describe("How much models fail on the same cases: 0 independently, 1 on exactly the same ones"),
  answer: z
    .string()
    .optional()
    .describe("Template of the right answer (default: the case's `expected`, `label` or `answer`)"),
  wrong: z
    .union([z.array(z.string()).min(1), z.record(z.string(), z.array(z.string()).min(1))])
    .optional()
    .describe(
      "Wrong answers to choose from: one list, or one per task (default: the right answer with a fault in it)",
    ),
  format_error_rate: rate
    .default(0)
    .describe("Share of right answers that come wrapped in prose and a Markdown fence"),
  refusal_rate: rate.default(0).describe("Share of cases that are refused"),
  failure_rate: rate.default(0).describe("Share of calls that fail in transport, for good"),
  latency: z
    .strictObject({ p50: duration, p95: duration })
    .default({ p50: "800ms", p95: "2s" })
    .describe("Reported latency: a log-normal distribution through these two quantiles"),
  tokens_per_second: z.number().positive().default(60).describe("Reported generation speed"),
  time_scale: z
    .number()
    .min(0)
    .max(1)
    .default(0)
    .describe("How much of the reported latency is really waited: 0 none, 1 all"),
});

/** A labelled simulator: answers are made from the expected ones with a set accuracy. */
export const simulated = defineBackend({
  name: "simulated",
  summary: "a labelled simulator with a set accuracy, latency and price: to try gates and to plan",
  capabilities: {
    parameters: ["maxTokens", "temperature", "topP", "seed", "stop", "responseSchema", "tools"],
    sharing: "parallel",
    keyVariable: undefined,
    local: true,
    cacheable: false,
    simulated: true,
    modelIdOptional: true,
  },
  options,
  connect: async (model, environment) =>
    (await import("./simulated-answers.ts")).connectSimulated(
      model,
      environment,
      options.parse(model.options),
    ),
});

/** The simulator's options, defaults filled in. */
export type SimulatedOptions = z.infer<typeof options>;
