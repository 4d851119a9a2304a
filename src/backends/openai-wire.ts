import OpenAI from "openai";
import type { Model } from "../domain/model.ts";
import type { Backend, BackendEnvironment } from "../domain/ports.ts";
import { guardCall } from "./call-guard.ts";
import { collect } from "./collect.ts";
import { settleEndpoint } from "./endpoint.ts";
import { openHttpPool } from "./http-fetch.ts";
import { openai } from "./openai.ts";
import { CHAT_ENDINGS, chatBody, chatTaker } from "./openai-chat.ts";
import { RESPONSES_ENDINGS, responsesBody, responsesTaker } from "./openai-responses.ts";
import { probeModels } from "./probe.ts";
import { sdkEnvelope } from "./sdk-request.ts";
import { readEvents } from "./wire-call.ts";

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
  const isChat = options.api !== "responses";
  const endings = isChat ? CHAT_ENDINGS : RESPONSES_ENDINGS;
  const envelope = sdkEnvelope((fetch) => {
    const client = new OpenAI({
      apiKey: key.reveal(),
      baseURL: url,
      maxRetries: 0,
      logLevel: "off",
      organization: null,
      project: null,
      defaultHeaders: extra,
      fetch,
    });
    const asked = { model: model.model, stream: true } as const;
    return isChat
      ? client.chat.completions.create({ ...asked, messages: [] }).asResponse()
      : client.responses.create({ ...asked, input: [] }).asResponse();
  });
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
      const call = { pool, guard, format: "sse" as const, told };
      return collect(model, guard, key, endings, async (into) => {
        const body = isChat
          ? chatBody(model.model, request, { field, strict })
          : responsesBody(model.model, request, strict);
        const take = isChat ? chatTaker(into, guard) : responsesTaker(into, guard);
        await readEvents({ ...(await envelope()), body: JSON.stringify(body) }, call, take);
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
