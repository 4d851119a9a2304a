import { z } from "zod";
import { defineBackend } from "./backend.ts";

const options = z.strictObject({
  from: z
    .string()
    .min(1)
    .describe("The recorded answers: a JSONL file, or the folder of a run; relative to the suite"),
  target: z.string().optional().describe("Which model of a recorded run; needed if it had several"),
  id_field: z.string().default("id").describe("Field of a JSONL record that holds the case's id"),
  output_field: z.string().default("output").describe("Field of a JSONL record that holds the answer's text"),
});

/** The options of a replay, with their defaults. */
export type ReplayOptions = z.infer<typeof options>;

/** Recorded answers instead of a model: the same suite offline, or answers that another system gave. */
export const replay = defineBackend({
  name: "replay",
  summary: "recorded answers: of an earlier run, or of any system as JSONL",
  capabilities: {
    // The answers are there already: what they were asked with cannot be changed, and is not claimed.
    parameters: [],
    sharing: "parallel",
    keyVariable: undefined,
    local: false,
    cacheable: false,
    simulated: false,
    modelIdOptional: true,
  },
  options,
  connect: async (model, environment) =>
    (await import("./replay-answers.ts")).connectReplay(model, environment, options.parse(model.options)),
});
