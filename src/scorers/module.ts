import { isAbsolute, resolve } from "node:path";
import { z } from "zod";
import type { Score, ScorePart } from "../domain/score.ts";
import { scored, unscored } from "./judgement.ts";
import { namedParts } from "./parts.ts";
import { defineScorer } from "./scorer.ts";

const options = z.strictObject({
  path: z
    .string()
    .regex(/\.[cm]?[jt]s$/, "must end in .js, .mjs, .cjs or .ts")
    .describe("The module's file, relative to the suite file: `.js`, `.mjs`, `.cjs` or `.ts`."),
  function: z.string().min(1).default("default").describe("Name of the exported function."),
  expected: z.json().optional().describe("Passed to the function as it is."),
});

const unit = z.number().min(0).max(1);
const returned = z.union([
  unit,
  z.boolean(),
  z.strictObject({
    score: z.union([unit, z.boolean()]),
    reason: z.string().optional(),
    fault: z.enum(["none", "wrong", "format"]).optional(),
    ifFormatFixed: unit.optional(),
    parts: z.record(z.string().min(1), z.union([unit, z.boolean()])).optional(),
  }),
]);

/** A function of the user's. */
export const module = defineScorer({
  name: "module",
  summary:
    "What a function of yours returns for `{ answer, expected, fields, toolCalls }`: a number from 0 to 1, a boolean, or `{ score, reason, fault, parts }`, where `parts` is `{ name: number or boolean }`.",
  options,
  fixed: ["path", "function"],
  modules: ({ path }) => (typeof path === "string" ? [path] : []),
  // It has a thread of its own.
  isHeavy: () => false,
  examples: [],
  async score({ answer, toolCalls, fields, options }, ports) {
    const file = isAbsolute(options.path) ? options.path : resolve(ports.directory, options.path);
    const argument = { answer, expected: options.expected, fields, toolCalls };
    const result = await ports.modules.run(file, options.function, argument, ports.signal());
    if (result.kind === "threw") return unscored("scorer-crashed", `${options.path}: ${result.message}`);
    if (result.kind === "stopped")
      return unscored("scorer-timeout", `${options.path} did not finish in time`);
    const parsed = returned.safeParse(result.value);
    if (parsed.success) return toScore(parsed.data);
    return unscored(
      "scorer-crashed",
      `${options.path} returned neither a number from 0 to 1, a boolean nor { score, reason, fault }`,
    );
  },
});

function toScore(value: z.output<typeof returned>): Score {
  const given: Exclude<typeof value, number | boolean> = typeof value === "object" ? value : { score: value };
  const { score, reason, fault, ifFormatFixed, parts } = given;
  const amount = Number(score);
  const words = reason ?? `the function returned ${score}`;
  const named = parts === undefined ? {} : { parts: namedParts(Object.entries(parts).map(toPart)) };
  if (fault !== "format" || amount >= 1) return { ...scored(amount, words), ...named };
  const mended = ifFormatFixed ?? amount;
  return { kind: "scored", score: amount, fault, reason: words, ifFormatFixed: mended, ...named };
}

function toPart([name, value]: readonly [string, number | boolean]): ScorePart {
  return { name, score: Number(value), weight: 1 };
}
