import { stat } from "node:fs/promises";
import { resolve } from "node:path";
import { z } from "zod";
import { DEEPEST, isDeeper } from "../domain/json-depth.ts";
import type { Model } from "../domain/model.ts";
import type { Answer, Outcome } from "../domain/outcome.ts";
import { type Backend, type BackendEnvironment, Refusal, type Request } from "../domain/ports.ts";
import { NO_USAGE } from "./collect.ts";
import { failure } from "./http-failure.ts";
import type { ModuleOptions } from "./module.ts";
import { moduleThread } from "./module-thread.ts";

const tokens = z.number().int().min(0).optional();
const returned = z.union([
  z.string(),
  z.strictObject({
    text: z.string(),
    toolCalls: z.array(z.strictObject({ name: z.string(), arguments: z.json() })).optional(),
    usage: z.strictObject({ inputTokens: tokens, outputTokens: tokens }).optional(),
    outcome: z.enum(["answered", "refused", "truncated"]).optional(),
    model: z.string().optional(),
  }),
]);

/**
 * Connects to a function of the user's in a thread of its own, where an endless loop can be stopped and `console.log`
 * cannot get among our output. Throws a `Refusal` where the file is not there.
 */
export async function connectModule(
  model: Model,
  { clock, directory }: BackendEnvironment,
  options: ModuleOptions,
): Promise<Backend> {
  const file = resolve(directory, options.path);
  const found = await stat(file).catch(() => undefined);
  if (found?.isFile() !== true)
    throw new Refusal("E2013", `There is no module ${options.path}.`, `Looked for ${file}.`);
  const thread = moduleThread(file, options.function, clock);
  return {
    probe: async () => {
      const problem = await thread.check();
      return problem === undefined
        ? { ok: true, notes: [] }
        : {
            ok: false,
            failure: failure("module-error", `${options.path}: ${problem}`),
            hint: `It must load, and export a function named "${options.function}".`,
          };
    },
    ask: async (request, signal) => {
      const sentAt = clock.now();
      const result = await thread.call(argumentOf(request), model.settings.timeoutMs, signal);
      switch (result.kind) {
        case "returned":
          return outcomeOf(result.value, clock.now() - sentAt, options.path);
        case "threw":
          return { kind: "failed", failure: failure("module-error", `${options.path}: ${result.message}`) };
        case "timeout": {
          const message = `${options.path} gave no answer within ${model.settings.timeoutMs} ms.`;
          return { kind: "failed", failure: failure("timeout", message) };
        }
        case "lost": {
          const message = `${options.path}: its thread ended during the call.`;
          return { kind: "failed", failure: failure("connection-lost", message) };
        }
        case "interrupted":
          return { kind: "skipped", reason: "interrupted" };
      }
    },
    close: () => thread.stop(),
  };
}

/** What the function is called with: plain data. A judge is told what is asked of it, too. */
function argumentOf({ messages, parameters, task, case: item, repeat, judging }: Request) {
  const { id, fields } = item;
  return { messages, parameters, task, case: { id, fields }, repeat, ...(judging && { judging }) };
}

function outcomeOf(value: unknown, latencyMs: number, path: string): Outcome {
  if (isDeeper(value)) {
    const message = `${path} returned what is nested more than ${DEEPEST} deep.`;
    return { kind: "failed", failure: failure("module-error", message) };
  }
  const parsed = returned.safeParse(value);
  if (!parsed.success) {
    const message = `${path} returned neither a text nor { text, toolCalls, usage, outcome, model }.`;
    return { kind: "failed", failure: failure("module-error", message) };
  }
  const given = typeof parsed.data === "string" ? { text: parsed.data } : parsed.data;
  const answer: Answer = {
    text: given.text,
    toolCalls: given.toolCalls ?? [],
    finishReason: given.outcome ?? "returned",
    usage: {
      ...NO_USAGE,
      inputTokens: given.usage?.inputTokens,
      outputTokens: given.usage?.outputTokens,
    },
    timings: { latencyMs, firstTokenMs: undefined, generationMs: undefined, loadMs: undefined },
    servedModel: given.model,
    notes: [],
  };
  const isEmpty = given.text.trim() === "" && answer.toolCalls.length === 0;
  return { kind: given.outcome ?? (isEmpty ? "empty" : "answered"), answer };
}
