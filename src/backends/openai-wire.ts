import OpenAI from "openai";
import { z } from "zod";
import type { Model } from "../domain/model.ts";
import type { Backend, BackendEnvironment, Request } from "../domain/ports.ts";
import { guardCall } from "./call-guard.ts";
import { type Collected, collect } from "./collect.ts";
import { settleEndpoint } from "./endpoint.ts";
import { openHttpPool } from "./http-fetch.ts";
import { openai } from "./openai.ts";
import { probeModels } from "./probe.ts";
import { wireFetch } from "./wire-fetch.ts";

const count = z.number().nullish();
const chunk = z.object({
  model: z.string().nullish(),
  choices: z.array(
    z.object({
      finish_reason: z.string().nullish(),
      delta: z
        .object({
          content: z.string().nullish(),
          refusal: z.string().nullish(),
          tool_calls: z
            .array(
              z.object({
                index: z.number(),
                function: z.object({ name: z.string().nullish(), arguments: z.string().nullish() }).nullish(),
              }),
            )
            .nullish(),
        })
        .nullish(),
    }),
  ),
  usage: z
    .object({
      prompt_tokens: count,
      completion_tokens: count,
      prompt_tokens_details: z.object({ cached_tokens: count }).nullish(),
      completion_tokens_details: z.object({ reasoning_tokens: count }).nullish(),
    })
    .nullish(),
});

const OWN_HOST = "api.openai.com";
const ENDINGS = { refused: ["content_filter"], truncated: ["length"] };

/** Connects to a chat completions API. Throws a `Refusal` for a missing key or an unsafe host. */
export function connectOpenAi(model: Model, environment: BackendEnvironment): Backend {
  const options = openai.options.parse(model.options);
  const keyVariable = options.api_key_env ?? "OPENAI_API_KEY";
  const { url, key } = settleEndpoint({
    baseUrl: options.base_url ?? `https://${OWN_HOST}/v1`,
    ownHost: OWN_HOST,
    keyVariable,
    variables: environment.variables,
  });
  const pool = openHttpPool(environment.variables);
  const own = new URL(url).hostname === OWN_HOST;
  const auto = own ? "max_completion_tokens" : "max_tokens";
  const field = options.max_tokens_field === "auto" ? auto : (options.max_tokens_field ?? auto);
  const extra = withoutKey(options.headers ?? {});
  return {
    probe: (signal) =>
      probeModels(
        {
          send: pool.send,
          clock: environment.clock,
          url,
          headers: { ...extra, authorization: `Bearer ${key.reveal()}` },
          key,
          keyVariable,
          model: model.model,
        },
        signal,
      ),
    ask: (request, signal) => {
      const guard = guardCall(environment.clock, model.settings, signal);
      return collect(model, guard, key, ENDINGS, async (into) => {
        const client = new OpenAI({
          apiKey: key.reveal(),
          baseURL: url,
          maxRetries: 0,
          logLevel: "off",
          organization: null,
          project: null,
          defaultHeaders: extra,
          fetch: wireFetch(pool.send, guard, "sse"),
        });
        const stream = await client.chat.completions.create(
          body(model.model, request, { field, strict: options.strict_schema }),
        );
        for await (const raw of stream) take(chunk.parse(raw), into, environment.clock.now);
      });
    },
    close: () => pool.close(),
  };
}

function withoutKey(headers: { readonly [name: string]: string }): { readonly [name: string]: string } {
  return Object.fromEntries(
    Object.entries(headers).filter(([name]) => name.toLowerCase() !== "authorization"),
  );
}

function body(
  model: string,
  { messages, parameters }: Request,
  {
    field,
    strict,
  }: { readonly field: "max_tokens" | "max_completion_tokens"; readonly strict: boolean | undefined },
) {
  const { maxTokens, temperature, topP, seed, stop, responseSchema, tools } = parameters;
  return {
    model,
    messages: messages.map(({ role, content }) => ({ role, content })),
    stream: true as const,
    stream_options: { include_usage: true },
    ...(maxTokens === undefined ? {} : { [field]: maxTokens }),
    ...(temperature === undefined ? {} : { temperature }),
    ...(topP === undefined ? {} : { top_p: topP }),
    ...(seed === undefined ? {} : { seed }),
    ...(stop === undefined ? {} : { stop: [...stop] }),
    ...(responseSchema === undefined
      ? {}
      : {
          response_format: {
            type: "json_schema" as const,
            // The API wants a name for the schema; any will do.
            json_schema: {
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
            function: {
              name,
              parameters: { ...parameters },
              ...(description === undefined ? {} : { description }),
            },
          })),
        }),
  };
}

function take({ model, choices, usage }: z.infer<typeof chunk>, into: Collected, now: () => number): void {
  if (model) into.servedModel = model;
  const choice = choices[0];
  const delta = choice?.delta;
  if (delta?.content || delta?.refusal || delta?.tool_calls?.length) into.firstTokenAt ??= now();
  if (delta?.content) into.text += delta.content;
  if (delta?.refusal) {
    into.text += delta.refusal;
    into.refusal = true;
  }
  for (const { index, function: called } of delta?.tool_calls ?? []) {
    const tool = into.tools.get(index) ?? { name: "", json: "" };
    into.tools.set(index, {
      name: tool.name + (called?.name ?? ""),
      json: tool.json + (called?.arguments ?? ""),
    });
  }
  if (choice?.finish_reason) into.finishReason = choice.finish_reason;
  if (usage) {
    into.usage = {
      inputTokens: usage.prompt_tokens ?? undefined,
      outputTokens: usage.completion_tokens ?? undefined,
      cachedReadTokens: usage.prompt_tokens_details?.cached_tokens ?? undefined,
      cachedWriteTokens: undefined,
      reasoningTokens: usage.completion_tokens_details?.reasoning_tokens ?? undefined,
    };
  }
}
