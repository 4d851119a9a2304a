import { z } from "zod";
import type { JsonValue } from "../domain/json.ts";
import { DEEPEST, isDeeper } from "../domain/json-depth.ts";
import type { Answer, Outcome } from "../domain/outcome.ts";
import { NO_USAGE } from "./collect.ts";
import type { ReplayOptions } from "./replay.ts";

const tokens = z.number().int().min(0).nullish();
const external = z.object({
  task: z.string().optional(),
  repeat: z.number().int().min(0).optional(),
  turn: z.number().int().min(1).optional(),
  model: z.string().nullish(),
  finish_reason: z.string().nullish(),
  latency_ms: z.number().min(0).nullish(),
  usage: z.object({ input_tokens: tokens, output_tokens: tokens }).nullish(),
});

const maybeNumber = z
  .number()
  .nullish()
  .transform((value) => value ?? undefined);
const call = {
  text: z.string(),
  toolCalls: z.array(z.object({ name: z.string(), arguments: z.json() })),
  finishReason: z.string(),
  usage: z.object({
    inputTokens: maybeNumber,
    outputTokens: maybeNumber,
    cachedReadTokens: maybeNumber,
    cachedWriteTokens: maybeNumber,
    reasoningTokens: maybeNumber,
  }),
  timings: z.object({
    latencyMs: maybeNumber,
    firstTokenMs: maybeNumber,
    generationMs: maybeNumber,
    loadMs: maybeNumber,
  }),
  servedModel: z.string().nullish(),
  notes: z.array(z.string()),
};
const step = z.object({ name: z.string(), kind: z.string(), answer: z.object(call) });

const recorded = z.object({
  task: z.string(),
  caseId: z.string(),
  target: z.string(),
  repeat: z.number().int().min(0),
  outcome: z.object({
    kind: z.string(),
    answer: z.object({ ...call, steps: z.array(step).optional() }).optional(),
  }),
});

/** One recorded answer, and which sample it belongs to. */
export interface Recording {
  /** `undefined` fits every task. */
  readonly task: string | undefined;
  readonly caseId: string;
  /** `undefined` for a record of another system. */
  readonly target: string | undefined;
  readonly repeat: number;
  /** Of another system's record of a conversation: which turn it answers, from 1. */
  readonly turn: number | undefined;
  /** Of a run's record of a conversation: the answers to its turns, in order. */
  readonly turns: readonly Outcome[];
  readonly outcome: Outcome | undefined;
}

/** Reads one line; a text is what is wrong with it. `isRun`: a line of a run's journal. */
export function readRecording(line: string, isRun: boolean, options: ReplayOptions): Recording | string {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch (error) {
    return `this line is not JSON: ${error instanceof Error ? error.message : String(error)}`;
  }
  if (typeof value !== "object" || value === null || Array.isArray(value))
    return "this line is not a JSON object";
  // A run's record holds what a model was given and said, each as deep as it may be.
  if (isDeeper(value, 2 * DEEPEST)) return "this line is nested too deep";
  return isRun ? ofRun(value) : ofSystem(value, options);
}

function ofRun(value: object): Recording | string {
  const parsed = recorded.safeParse(value);
  if (!parsed.success) return `this line is no record of a run: ${z.prettifyError(parsed.error)}`;
  const { task, caseId, target, repeat, outcome } = parsed.data;
  const { kind, answer } = outcome;
  const id = { task, caseId, target, repeat, turn: undefined };
  if (answer === undefined) return { ...id, turns: [], outcome: undefined };
  const { steps = [], ...whole } = answer;
  const turns = steps.filter(({ name }) => name.startsWith("turn "));
  return {
    ...id,
    turns: turns.flatMap((one) => replayed(one.kind, one.answer) ?? []),
    outcome: replayed(kind, whole),
  };
}

function replayed(kind: string, answer: z.output<typeof step>["answer"]): Outcome | undefined {
  if (!isAnswerKind(kind)) return undefined;
  return { kind, answer: { ...answer, servedModel: answer.servedModel ?? undefined } };
}

type AnswerKind = "answered" | "refused" | "empty" | "truncated";

function isAnswerKind(kind: string): kind is AnswerKind {
  return kind === "answered" || kind === "refused" || kind === "empty" || kind === "truncated";
}

function ofSystem(
  value: object,
  { id_field: idField, output_field: outputField }: ReplayOptions,
): Recording | string {
  const fields = new Map<string, unknown>(Object.entries(value));
  const id = fields.get(idField);
  const output = fields.get(outputField);
  if (typeof id !== "string" && typeof id !== "number")
    return `the field "${idField}" is missing, or no text`;
  if (typeof output !== "string") return `the field "${outputField}" is missing, or no text`;
  const parsed = external.safeParse(value);
  if (!parsed.success) return z.prettifyError(parsed.error);
  const { task, repeat = 0, turn, model, finish_reason: reason, latency_ms: latency, usage } = parsed.data;
  const answer: Answer = {
    text: output,
    toolCalls: noCalls,
    finishReason: reason ?? "recorded",
    usage: {
      ...NO_USAGE,
      inputTokens: usage?.input_tokens ?? undefined,
      outputTokens: usage?.output_tokens ?? undefined,
    },
    timings: {
      latencyMs: latency ?? undefined,
      firstTokenMs: undefined,
      generationMs: undefined,
      loadMs: undefined,
    },
    servedModel: model ?? undefined,
    notes: [],
  };
  return {
    task,
    caseId: String(id),
    target: undefined,
    repeat,
    turn,
    turns: [],
    outcome: { kind: kindOf(output, reason), answer },
  };
}

const noCalls: readonly { readonly name: string; readonly arguments: JsonValue }[] = [];

function kindOf(output: string, reason: string | null | undefined): AnswerKind {
  if (reason === "content_filter" || reason === "refusal") return "refused";
  if (reason === "length" || reason === "max_tokens") return "truncated";
  return output.trim() === "" ? "empty" : "answered";
}
