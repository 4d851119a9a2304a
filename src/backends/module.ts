import { z } from "zod";
import { defineBackend } from "./backend.ts";

const options = z.strictObject({
  path: z
    .string()
    .regex(/\.[cm]?[jt]s$/, "must end in .js, .mjs, .cjs or .ts")
    .describe("The module's file, relative to the suite: `.js`, `.mjs`, `.cjs` or `.ts`"),
  function: z.string().min(1).default("default").describe("Name of the exported function"),
});

/** The options of a module target, with their defaults. */
export type ModuleOptions = z.infer<typeof options>;

/** A function of the user's: their whole application, asked like a model. */
export const module = defineBackend({
  name: "module",
  summary: "a function of yours, such as your whole application",
  capabilities: {
    // All are handed to the function, which may use them.
    parameters: ["maxTokens", "temperature", "topP", "seed", "stop", "responseSchema", "tools"],
    sharing: "parallel",
    keyVariable: undefined,
    local: false,
    cacheable: false,
    simulated: false,
    modelIdOptional: true,
  },
  options,
  modules: ({ path }) => (typeof path === "string" ? [path] : []),
  connect: async (model, environment) =>
    (await import("./module-target.ts")).connectModule(model, environment, options.parse(model.options)),
});
