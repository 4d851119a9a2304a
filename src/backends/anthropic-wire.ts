import Anthropic from "@anthropic-ai/sdk";
import { z } from "zod";
import type { Model } from "../domain/model.ts";
import type { Usage } from "../domain/outcome.ts";
import type { Backend, BackendEnvironment, Request } from "../domain/ports.ts";
import type { Message } from "../domain/suite.ts";
import { anthropic, DEFAULT_MAX_TOKENS } from "./anthropic.ts";
import { type CallGuard, startGuards } from "./call-guard.ts";
import { type Collected, collect } from "./collect.ts";
import { hostedEndpoint } from "./endpoint.ts";
import { openHttpPool } from "./http-fetch.ts";
import { probeModels } from "./probe.ts";
import { type SdkFetch, sdkEnvelope } from "./sdk-request.ts";
import { argumentsObject, callId } from "./tool-turn.ts";
import { readEvents } from "./wire-call.ts";

const count = z.number().nullish();
const usageFields = z.object({
  input_tokens: count,
  output_tokens: count,
  cache_read_input_tokens: count,
  cache_creation_input_tokens: count,
  output_tokens_details: z.object({ thinking_tokens: count }).nullish(),
});
const event = z.object({
  type: z.string(),
  index: z.number().optional(),
  message: z.object({ model: z.string().nullish(), usage: usageFields.nullish() }).optional(),
  content_block: z.object({ type: z.string(), name: z.string().optional() }).optional(),
  delta: z
    .object({
      type: z.string().optional(),
      text: z.string().optional(),
      partial_json: z.string().optional(),
      stop_reason: z.string().nullish(),
    })
    .optional(),
  usage: usageFields.nullish(),
});
type Event = z.infer<typeof event>;

const OWN_HOST = "api.anthropic.com";
/** The version of the API that the SDK speaks; the probe names the same one. */
const VERSION = "2026-10-21";
export const MESSAGE_ENDINGS = {
  refused: ["refusal"],
  truncated: ["max_tokens", "model_context_window_exceeded"],
};

/** Where and how a model is asked. Throws a `Refusal` for a missing key or an unsafe host. */
export function anthropicSettings(model: Model, { variables }: BackendEnvironment) {
  const options = anthropic.options.parse(model.options);
  const own = { ownHost: OWN_HOST, baseUrl: `https://${OWN_HOST}`, keyVariable: "ANTHROPIC_API_KEY" };
  return { options, ...hostedEndpoint(options, own, variables), extra: withoutKey(options.headers ?? {}) };
}

/** The SDK as it is to be: it retries nothing, prints nothing and takes nothing from the environment by itself. */
export function anthropicClient(
  { url, key, extra }: ReturnType<typeof anthropicSettings>,
  fetch: SdkFetch,
): Anthropic {
  return new Anthropic({
    apiKey: key.reveal(),
    authToken: null,
    baseURL: url,
    maxRetries: 0,
    logLevel: "off",
    defaultHeaders: extra,
    fetch,
  });
}

/** Connects to the Messages API. Throws a `Refusal` for a missing key or an unsafe host. */
export function connectAnthropic(model: Model, environment: BackendEnvironment): Backend {
  const settings = anthropicSettings(model, environment);
  const { options, url, key, keyVariable, extra } = settings;
  const pool = openHttpPool(environment.variables);
  const guarded = startGuards(environment, model.settings);
  const envelope = sdkEnvelope((fetch) => {
    return anthropicClient(settings, fetch)
      .messages.create({ model: model.model, max_tokens: DEFAULT_MAX_TOKENS, messages: [], stream: true })
      .asResponse();
  });
  return {
    probe: (signal) =>
      probeModels(
        {
          send: pool.send,
          clock: environment.clock,
          url: `${url}/v1`,
          headers: { ...extra, authorization: `Bearer ${key.reveal()}`, "anthropic-version": VERSION },
          key,
          keyVariable,
          model: model.model,
        },
        signal,
      ),
    ask: (asked, signal, told) => {
      const guard = guarded(signal, asked.judging === undefined);
      const call = { pool, guard, format: "sse" as const, told };
      return collect(model, guard, key, MESSAGE_ENDINGS, async (into) => {
        let isOver = false;
        let stopReason: string | undefined;
        const body = JSON.stringify(messageBody(model.model, asked, options));
        await readEvents({ envelope, body }, call, (raw) => {
          const told = event.parse(raw);
          take(told, into, guard);
          stopReason = told.delta?.stop_reason ?? stopReason;
          isOver ||= told.type === "message_stop";
        });
        // Without the final event the answer is not whole, whatever came before it.
        if (isOver) into.finishReason = stopReason;
      });
    },
    forgetsSignals: true,
    close: () => pool.close(),
  };
}

function withoutKey(headers: { readonly [name: string]: string }): { readonly [name: string]: string } {
  const own = new Set(["x-api-key", "authorization", "anthropic-version"]);
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !own.has(name.toLowerCase())));
}

/** The body of a message's request: what the suite says and nothing else. */
export function messageBody(
  model: string,
  request: Request,
  options: z.infer<typeof anthropic.options>,
): Anthropic.MessageCreateParamsStreaming {
  const { maxTokens, stop, responseSchema, tools } = request.parameters;
  const system = request.messages.filter(({ role }) => role === "system").map(({ content }) => content);
  const turns = request.messages.flatMap(turnsOf);
  const format =
    responseSchema === undefined
      ? {}
      : { format: { type: "json_schema" as const, schema: { ...responseSchema } } };
  const effort = options.effort === undefined ? {} : { effort: options.effort };
  const output = { ...format, ...effort };
  return {
    model,
    max_tokens: maxTokens ?? DEFAULT_MAX_TOKENS,
    messages: turns,
    stream: true,
    ...(system.length === 0 ? {} : { system: system.join("\n\n") }),
    ...(stop === undefined ? {} : { stop_sequences: [...stop] }),
    ...(options.thinking === undefined ? {} : { thinking: { type: options.thinking } }),
    ...(Object.keys(output).length === 0 ? {} : { output_config: output }),
    ...(tools === undefined
      ? {}
      : {
          tools: tools.map(({ name, description, parameters }) => ({
            name,
            input_schema: { ...parameters, type: "object" as const },
            ...(description === undefined ? {} : { description }),
          })),
        }),
  };
}

/** A turn that called tools is followed by a turn of the user that holds all the results. */
function turnsOf({ role, content, called }: Message, index: number): readonly Anthropic.MessageParam[] {
  if (role === "system") return [];
  if (called === undefined) return [{ role, content }];
  const calls = called.map((exchange, at) => ({ ...exchange, id: callId(index, at) }));
  const said = content === "" ? [] : [{ type: "text" as const, text: content }];
  return [
    {
      role: "assistant" as const,
      content: [
        ...said,
        ...calls.map(({ id, name, arguments: given }) => ({
          type: "tool_use" as const,
          id,
          name,
          input: argumentsObject(given),
        })),
      ],
    },
    {
      role: "user" as const,
      content: calls.map(({ id, result }) => ({
        type: "tool_result" as const,
        tool_use_id: id,
        content: result,
      })),
    },
  ];
}

const whole = z.looseObject({
  stop_reason: z.string(),
  content: z.array(
    z.looseObject({ type: z.string(), text: z.string().optional(), input: z.json().optional() }),
  ),
});

/** Takes a message that came in one piece. */
export function takeMessage(body: unknown, into: Collected, guard: Pick<CallGuard, "heardAt">): void {
  const { content, stop_reason, ...message } = whole.parse(body);
  take(event.parse({ type: "message_start", message }), into, guard);
  for (const [index, block] of content.entries()) {
    const { text, input } = block;
    const delta = block.type === "tool_use" ? { partial_json: JSON.stringify(input ?? {}) } : { text };
    take(event.parse({ type: "content_block_start", index, content_block: block }), into, guard);
    if (block.type === "text" || block.type === "tool_use")
      take(event.parse({ type: "content_block_delta", index, delta }), into, guard);
  }
  into.finishReason = stop_reason;
}

function take(told: Event, into: Collected, guard: Pick<CallGuard, "heardAt">): void {
  const { message, content_block: block, delta, index = 0 } = told;
  if (message?.model) into.servedModel = message.model;
  const usage = told.usage ?? message?.usage;
  if (usage) into.usage = usageOf(usage, into.usage);
  if (block?.type === "tool_use") into.tools.set(index, { name: block.name ?? "", json: "" });
  if (delta?.text || delta?.partial_json) into.firstTokenAt ??= guard.heardAt();
  if (delta?.text) into.text += delta.text;
  const tool = into.tools.get(index);
  if (delta?.partial_json && tool !== undefined)
    into.tools.set(index, { ...tool, json: tool.json + delta.partial_json });
}

/** Anthropic counts cached tokens beside the input tokens; here they are part of them, as with every backend. */
function usageOf(told: z.infer<typeof usageFields>, before: Usage): Usage {
  const read = told.cache_read_input_tokens ?? before.cachedReadTokens;
  const written = told.cache_creation_input_tokens ?? before.cachedWriteTokens;
  const fresh = told.input_tokens ?? undefined;
  return {
    inputTokens: fresh === undefined ? before.inputTokens : fresh + (read ?? 0) + (written ?? 0),
    outputTokens: told.output_tokens ?? before.outputTokens,
    cachedReadTokens: read,
    cachedWriteTokens: written,
    reasoningTokens: told.output_tokens_details?.thinking_tokens ?? before.reasoningTokens,
  };
}
