import { z } from "zod";
import type { Usage } from "../domain/outcome.ts";
import type { Request } from "../domain/ports.ts";
import type { Message } from "../domain/suite.ts";
import type { CallGuard } from "./call-guard.ts";
import type { Collected } from "./collect.ts";
import { eventFailure, failure } from "./http-failure.ts";
import { argumentsText, callId } from "./tool-turn.ts";

const count = z.number().nullish();
const usageFields = z.object({
  input_tokens: count,
  output_tokens: count,
  input_tokens_details: z.object({ cached_tokens: count, cache_write_tokens: count }).nullish(),
  output_tokens_details: z.object({ reasoning_tokens: count }).nullish(),
});
const fault = z.object({ code: z.string().nullish(), message: z.string().nullish() });
const part = z.object({ type: z.string(), text: z.string().optional(), refusal: z.string().optional() });
const item = z.object({
  type: z.string(),
  /** Newer models label what they say on the way to the answer. */
  phase: z.string().nullish(),
  name: z.string().optional(),
  arguments: z.string().optional(),
  // Reasoning and hosted tools have contents of their own kinds.
  content: z.unknown().optional(),
});
const message = z.array(part);
const response = z.object({
  model: z.string().nullish(),
  status: z.string().nullish(),
  error: fault.nullish(),
  incomplete_details: z.object({ reason: z.string().nullish() }).nullish(),
  output: z.array(item).nullish(),
  usage: usageFields.nullish(),
});
type Item = z.infer<typeof item>;

/** The events that carry an answer, its end or its failure; of more than fifty, the others are passed over. */
const event = z.discriminatedUnion("type", [
  z.object({ type: z.literal("response.created"), response }),
  z.object({ type: z.literal("response.output_item.added"), output_index: z.number(), item }),
  z.object({ type: z.literal("response.output_text.delta"), output_index: z.number(), delta: z.string() }),
  z.object({ type: z.literal("response.refusal.delta"), delta: z.string() }),
  z.object({
    type: z.literal("response.function_call_arguments.delta"),
    output_index: z.number(),
    delta: z.string(),
  }),
  z.object({ type: z.literal(["response.completed", "response.incomplete", "response.failed"]), response }),
  z.object({ type: z.literal("error"), ...fault.shape }),
]);
type Event = z.infer<typeof event>;
const KNOWN: ReadonlySet<string> = new Set(event.options.flatMap(({ shape }) => [...shape.type.values]));
const envelope = z.object({ type: z.string() });

/** What the reading of an answer needs of the call's guard. */
type Blamed = Pick<CallGuard, "heardAt" | "blame">;

/** Why a response stopped: `completed`, or the reason why it is incomplete; `incomplete` where that is not said. */
export const RESPONSES_ENDINGS = {
  refused: ["content_filter"],
  truncated: ["max_output_tokens", "incomplete"],
};

/** What takes the events of one stream into the answer. */
export function responsesTaker(into: Collected, guard: Blamed): (event: object) => void {
  const asides = new Set<number>();
  return (raw) => {
    if (KNOWN.has(envelope.parse(raw).type)) take(event.parse(raw), into, guard, asides);
  };
}

/** The body of a request: what the suite says, and that the provider is to keep nothing of it. */
export function responsesBody(model: string, { messages, parameters }: Request, strict: boolean | undefined) {
  const { maxTokens, temperature, topP, responseSchema, tools } = parameters;
  return {
    model,
    input: messages.flatMap(itemsOf),
    stream: true as const,
    // The API keeps what it is sent for 30 days unless it is told not to.
    store: false,
    ...(maxTokens === undefined ? {} : { max_output_tokens: maxTokens }),
    ...(temperature === undefined ? {} : { temperature }),
    ...(topP === undefined ? {} : { top_p: topP }),
    ...(responseSchema === undefined
      ? {}
      : {
          text: {
            format: {
              type: "json_schema" as const,
              // The API wants a name for the schema; any will do.
              name: "answer",
              schema: { ...responseSchema },
              ...(strict === undefined ? {} : { strict }),
            },
          },
        }),
    ...(tools === undefined
      ? {}
      : {
          tools: tools.map(({ name, description, parameters }) => ({
            type: "function" as const,
            name,
            parameters: { ...parameters },
            // Left out, this API rewrites the schema to its strict form; chat completions leave it as it is.
            strict: false,
            ...(description === undefined ? {} : { description }),
          })),
        }),
  };
}

/** A turn that called tools is an item for each call, and one for each result. */
function itemsOf({ role, content, called }: Message, index: number) {
  const said = called !== undefined && content === "" ? [] : [{ role, content }];
  const calls = (called ?? []).map((exchange, at) => ({ ...exchange, call_id: callId(index, at) }));
  return [
    ...said,
    ...calls.map(({ call_id, name, arguments: given }) => ({
      type: "function_call" as const,
      call_id,
      name,
      arguments: argumentsText(given),
    })),
    ...calls.map(({ call_id, result }) => ({
      type: "function_call_output" as const,
      call_id,
      output: result,
    })),
  ];
}

function take(told: Event, into: Collected, guard: Blamed, asides: Set<number>): void {
  if (told.type === "error") fail(told, guard);
  switch (told.type) {
    case "response.created":
      into.servedModel = told.response.model ?? undefined;
      return;
    case "response.output_item.added":
      if (told.item.phase === "commentary") asides.add(told.output_index);
      if (told.item.type !== "function_call") return;
      into.firstTokenAt ??= guard.heardAt();
      into.tools.set(told.output_index, { name: told.item.name ?? "", json: told.item.arguments ?? "" });
      return;
    case "response.output_text.delta":
      if (told.delta === "" || asides.has(told.output_index)) return;
      into.firstTokenAt ??= guard.heardAt();
      into.text += told.delta;
      return;
    case "response.refusal.delta":
      into.firstTokenAt ??= guard.heardAt();
      into.text += told.delta;
      into.refusal = true;
      return;
    case "response.function_call_arguments.delta": {
      const tool = into.tools.get(told.output_index);
      if (tool !== undefined) tool.json += told.delta;
      return;
    }
    default:
      end(told.type, told.response, into, guard);
  }
}

/** The last event: it repeats the whole answer, and what it says goes before what was put together from pieces. */
function end(type: string, told: z.infer<typeof response>, into: Collected, guard: Blamed): void {
  if (told.model) into.servedModel = told.model;
  if (told.usage) into.usage = usageOf(told.usage);
  if (type === "response.failed" || told.status === "failed" || told.status === "cancelled")
    fail(told.error ?? {}, guard);
  const said = (told.output ?? []).filter(
    ({ type, phase }) => (type === "message" && phase !== "commentary") || type === "function_call",
  );
  if (said.length > 0) settle(said, into, guard);
  const reason = told.incomplete_details?.reason ?? "";
  const isIncomplete = type === "response.incomplete" || told.status === "incomplete";
  into.finishReason = !isIncomplete
    ? "completed"
    : ["max_output_tokens", "content_filter"].includes(reason)
      ? reason
      : "incomplete";
}

function settle(said: readonly Item[], into: Collected, guard: Blamed): void {
  const parts = said.flatMap(({ type, content }) => (type === "message" ? message.parse(content ?? []) : []));
  into.text = parts.map(({ text, refusal }) => text ?? refusal ?? "").join("");
  into.refusal = parts.some(({ type }) => type === "refusal");
  into.tools.clear();
  for (const { type, name = "", arguments: json = "" } of said)
    if (type === "function_call") into.tools.set(into.tools.size, { name, json });
  if (into.text !== "" || into.tools.size > 0) into.firstTokenAt ??= guard.heardAt();
}

/** Blames the provider; the throw only ends the reading of the stream. */
function fail({ code, message }: z.infer<typeof fault>, guard: Blamed): never {
  guard.blame(
    code || message
      ? eventFailure(message || "no message", code ?? "")
      : failure("server-error", "The server reported a failure without saying which."),
  );
  throw new Error("the stream told a failure");
}

function usageOf(told: z.infer<typeof usageFields>): Usage {
  return {
    inputTokens: told.input_tokens ?? undefined,
    outputTokens: told.output_tokens ?? undefined,
    cachedReadTokens: told.input_tokens_details?.cached_tokens ?? undefined,
    cachedWriteTokens: told.input_tokens_details?.cache_write_tokens ?? undefined,
    reasoningTokens: told.output_tokens_details?.reasoning_tokens ?? undefined,
  };
}
