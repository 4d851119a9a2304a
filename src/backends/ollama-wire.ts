import { Ollama, type Message as OllamaMessage } from "ollama";
import { z } from "zod";
import { DEEPEST, isDeeper } from "../domain/json-depth.ts";
import type { Model } from "../domain/model.ts";
import type { Backend, BackendEnvironment, Request } from "../domain/ports.ts";
import type { Message } from "../domain/suite.ts";
import { type CallGuard, startGuards } from "./call-guard.ts";
import { type Collected, collect, NO_USAGE } from "./collect.ts";
import { EMBEDDING_ENDINGS, embeddedText } from "./embedding.ts";
import { settleEndpoint } from "./endpoint.ts";
import { openHttpPool } from "./http-fetch.ts";
import { ollama } from "./ollama.ts";
import { takeEmbedding } from "./ollama-embeddings.ts";
import { ollamaUrl } from "./ollama-host.ts";
import { probeOllama } from "./ollama-probe.ts";
import { sdkEnvelope } from "./sdk-request.ts";
import { argumentsObject } from "./tool-turn.ts";
import { readEvents } from "./wire-call.ts";

const chunk = z.object({
  model: z.string(),
  message: z.object({
    content: z.string(),
    thinking: z.string().nullish(),
    tool_calls: z
      .array(z.object({ function: z.object({ name: z.string(), arguments: z.unknown().optional() }) }))
      .nullish(),
  }),
  done: z.boolean(),
  done_reason: z.string().optional(),
  load_duration: z.number().optional(),
  prompt_eval_count: z.number().optional(),
  eval_count: z.number().optional(),
  eval_duration: z.number().optional(),
});
type Options = z.infer<typeof ollama.options>;

const KEY_VARIABLE = "OLLAMA_API_KEY";
const ENDINGS = { refused: [], truncated: ["length"] };
const NS_PER_MS = 1e6;
const LOAD_LIMIT_MS = 600_000;
/** A load this long within a call means that the model had been evicted. */
const RELOAD_MS = 1000;

/** Connects to an Ollama server. Throws a `Refusal` for an unsafe host. */
export function connectOllama(model: Model, environment: BackendEnvironment): Backend {
  const options = ollama.options.parse(model.options);
  const { url, key } = settleEndpoint({
    baseUrl: ollamaUrl(options.base_url, environment.variables),
    ownHost: "ollama.com",
    keyVariable: KEY_VARIABLE,
    variables: environment.variables,
  });
  const pool = openHttpPool(environment.variables);
  const guarded = startGuards(environment, model.settings);
  const hasKey = Boolean(environment.variables[KEY_VARIABLE]?.trim());
  const headers: { readonly [name: string]: string } = hasKey
    ? { authorization: `Bearer ${key.reveal()}` }
    : {};
  const isEmbedding = options.api === "embeddings";
  const envelope = sdkEnvelope((fetch) => {
    const client = new Ollama({ host: url, headers, fetch });
    return isEmbedding
      ? // Only the envelope is wanted: the empty reply that the SDK gets here is no JSON.
        client.embed({ model: model.model, input: "" }).catch(() => undefined)
      : client.chat({ model: model.model, messages: [], stream: true });
  });
  return {
    probe: (signal) =>
      probeOllama({ send: pool.send, clock: environment.clock, url, headers }, model.model, signal),
    warmUp: async (signal) => {
      if (isEmbedding) return;
      const request = { ...loading(model.model, options), stream: false, messages: [] };
      const response = await pool.send(`${url}/api/chat`, {
        method: "POST",
        headers: { ...headers, "content-type": "application/json" },
        body: JSON.stringify(request),
        signal: AbortSignal.any([signal, AbortSignal.timeout(LOAD_LIMIT_MS)]),
      });
      await response.text();
    },
    ask: (request, signal, told) => {
      const guard = guarded(signal, !isEmbedding && request.judging === undefined);
      if (isEmbedding)
        return collect(model, guard, key, EMBEDDING_ENDINGS, async (into) => {
          // A text that does not fit is a failure, not the embedding of its start.
          const asked = { ...loading(model.model, options), input: embeddedText(request), truncate: false };
          const sent = { envelope, body: JSON.stringify(asked) };
          await readEvents(sent, { pool, guard, format: "json", told }, (event) =>
            takeEmbedding(event, into),
          );
        });
      const call = { pool, guard, format: "ndjson" as const, told };
      return collect(model, guard, key, ENDINGS, async (into) => {
        const sent = { envelope, body: JSON.stringify(body(model.model, request, options)) };
        await readEvents(sent, call, (event) => take(chunk.parse(event), into, guard));
        if (fillsContext(request, into, options.num_ctx)) into.notes.push("prompt-fills-context");
        if ((into.loadMs ?? 0) > RELOAD_MS) into.notes.push("model-was-reloaded");
      });
    },
    forgetsSignals: true,
    close: () => pool.close(),
  };
}

/** What must be the same in every call, or the server loads the model anew. */
function loading(model: string, options: Options) {
  return { model, keep_alive: options.keep_alive, options: { num_ctx: options.num_ctx } };
}

function body(model: string, { messages, parameters }: Request, options: Options) {
  const { maxTokens, temperature, topP, seed, stop, responseSchema, tools } = parameters;
  const base = loading(model, options);
  return {
    ...base,
    stream: true as const,
    messages: messages.flatMap(turnsOf),
    options: {
      ...base.options,
      ...(maxTokens === undefined ? {} : { num_predict: maxTokens }),
      ...(temperature === undefined ? {} : { temperature }),
      ...(topP === undefined ? {} : { top_p: topP }),
      ...(seed === undefined ? {} : { seed }),
      ...(stop === undefined ? {} : { stop: [...stop] }),
    },
    ...(options.think === undefined ? {} : { think: options.think }),
    ...(responseSchema === undefined ? {} : { format: { ...responseSchema } }),
    ...(tools === undefined
      ? {}
      : {
          tools: tools.map(({ name, description = "", parameters }) => ({
            type: "function",
            function: { name, description, parameters: { ...parameters } },
          })),
        }),
  };
}

/** A turn that called tools is followed by one message for each result. */
function turnsOf({ role, content, called }: Message): readonly OllamaMessage[] {
  if (called === undefined) return [{ role, content }];
  return [
    {
      role,
      content,
      tool_calls: called.map(({ name, arguments: given }) => ({
        function: { name, arguments: argumentsObject(given) },
      })),
    },
    ...called.map(({ name, result }) => ({ role: "tool", tool_name: name, content: result })),
  ];
}

/** Arguments as JSON; of those that nobody could write again, as much as can be said. */
function writable(given: unknown): string {
  return JSON.stringify(isDeeper(given) ? `(nested more than ${DEEPEST} deep)` : given);
}

function take(told: z.infer<typeof chunk>, into: Collected, guard: Pick<CallGuard, "heardAt">): void {
  const { message } = told;
  into.servedModel = told.model;
  if (message.content !== "" || message.thinking || message.tool_calls?.length)
    into.firstTokenAt ??= guard.heardAt();
  into.text += message.content;
  for (const { function: called } of message.tool_calls ?? [])
    into.tools.set(into.tools.size, { name: called.name, json: writable(called.arguments ?? {}) });
  if (!told.done) return;
  // `load` and `unload` end a request that only moved the model: that is no answer.
  into.finishReason = told.done_reason?.endsWith("load") === true ? undefined : (told.done_reason ?? "stop");
  into.loadMs = milliseconds(told.load_duration);
  into.generationMs = milliseconds(told.eval_duration);
  into.usage = { ...NO_USAGE, inputTokens: told.prompt_eval_count, outputTokens: told.eval_count };
}

function milliseconds(nanoseconds: number | undefined): number | undefined {
  return nanoseconds === undefined ? undefined : nanoseconds / NS_PER_MS;
}

/** Text has about four characters a token; a prompt with far more was cut. */
const MOST_CHARACTERS_PER_TOKEN = 6.5;

/**
 * Whether prompt and answer fill the context, or the prompt was cut to fit: the server drops what is too much without
 * saying so, and a large context with suspiciously few tokens for its characters is the trace that it leaves.
 */
function fillsContext({ messages }: Request, { usage }: Collected, context: number): boolean {
  const { inputTokens, outputTokens = 0 } = usage;
  if (inputTokens === undefined) return false;
  const characters = messages.reduce((sum, { content }) => sum + content.length, 0);
  const isCut = inputTokens >= 0.4 * context && characters > MOST_CHARACTERS_PER_TOKEN * inputTokens;
  return isCut || inputTokens + outputTokens >= context;
}
