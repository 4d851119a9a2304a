import OpenAI from "openai";
import type { Model } from "../domain/model.ts";
import type { Backend, BackendEnvironment } from "../domain/ports.ts";
import { guardCall } from "./call-guard.ts";
import { collect } from "./collect.ts";
import { settleEndpoint } from "./endpoint.ts";
import { openHttpPool } from "./http-fetch.ts";
import { openai } from "./openai.ts";
import { askChat, CHAT_ENDINGS, chatBody } from "./openai-chat.ts";
import { askResponses, RESPONSES_ENDINGS, responsesBody } from "./openai-responses.ts";
import { probeModels } from "./probe.ts";
import { overhear } from "./rate-headers.ts";
import { wireFetch } from "./wire-fetch.ts";

const OWN_HOST = "api.openai.com";

/** Connects to chat completions, or to the Responses API where the suite says so. Throws a `Refusal` for a missing key or an unsafe host. */
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
  const strict = options.strict_schema;
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
    ask: (request, signal, told) => {
      const guard = guardCall(environment.clock, model.settings, signal);
      const endings = options.api === "responses" ? RESPONSES_ENDINGS : CHAT_ENDINGS;
      return collect(model, guard, key, endings, async (into) => {
        const client = new OpenAI({
          apiKey: key.reveal(),
          baseURL: url,
          maxRetries: 0,
          logLevel: "off",
          organization: null,
          project: null,
          defaultHeaders: extra,
          fetch: wireFetch(overhear(pool.send, told, environment.clock), guard, "sse"),
        });
        if (options.api === "responses")
          await askResponses(client, responsesBody(model.model, request, strict), into, guard);
        else await askChat(client, chatBody(model.model, request, { field, strict }), into, guard);
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
