import type { Model } from "../domain/model.ts";
import type { Backend, BackendEnvironment, Request } from "../domain/ports.ts";
import { type CallGuard, startGuards } from "./call-guard.ts";
import { type Collected, collect, type Endings } from "./collect.ts";
import { EMBEDDING_ENDINGS, embeddedText } from "./embedding.ts";
import type { StreamFormat } from "./event-reader.ts";
import { openHttpPool } from "./http-fetch.ts";
import { CHAT_ENDINGS, chatBody, chatTaker } from "./openai-chat.ts";
import { embeddingBody, takeEmbedding } from "./openai-embeddings.ts";
import { RESPONSES_ENDINGS, responsesBody, responsesTaker } from "./openai-responses.ts";
import { type OpenAiSettings, openAiClient, openAiSettings } from "./openai-settings.ts";
import { probeModels } from "./probe.ts";
import { sdkEnvelope } from "./sdk-request.ts";
import { readEvents } from "./wire-call.ts";

/** Connects to chat completions, or to the Responses API where the suite says so. Throws a `Refusal` for a missing key or an unsafe host. */
export function connectOpenAi(model: Model, environment: BackendEnvironment): Backend {
  const settings = openAiSettings(model, environment);
  const { url, key, keyVariable, extra, isChat, isEmbedding } = settings;
  const pool = openHttpPool(environment.variables);
  const guarded = startGuards(environment, model.settings);
  const { format, endings, bodyOf, takerOf } = apiOf(model, settings);
  const envelope = sdkEnvelope((fetch) => {
    const client = openAiClient(settings, fetch);
    if (isEmbedding) return client.embeddings.create(embeddingBody(model.model, "")).asResponse();
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
      const guard = guarded(signal, !isEmbedding && request.judging === undefined);
      return collect(model, guard, key, endings, (into) => {
        const sent = { envelope, body: JSON.stringify(bodyOf(request)) };
        return readEvents(sent, { pool, guard, format, told }, takerOf(into, guard));
      });
    },
    forgetsSignals: true,
    close: () => pool.close(),
  };
}

/** What differs between the APIs of the provider. */
interface Api {
  readonly format: StreamFormat;
  readonly endings: Endings;
  bodyOf(request: Request): object;
  takerOf(into: Collected, guard: CallGuard): (event: object) => void;
}

function apiOf({ model }: Model, { form, isChat, isEmbedding }: OpenAiSettings): Api {
  if (isEmbedding)
    return {
      format: "json",
      endings: EMBEDDING_ENDINGS,
      bodyOf: (request) => embeddingBody(model, embeddedText(request)),
      takerOf: (into) => (event) => takeEmbedding(event, into),
    };
  if (isChat)
    return {
      format: "sse",
      endings: CHAT_ENDINGS,
      bodyOf: (request) => chatBody(model, request, form),
      takerOf: chatTaker,
    };
  return {
    format: "sse",
    endings: RESPONSES_ENDINGS,
    bodyOf: (request) => responsesBody(model, request, form.strict),
    takerOf: responsesTaker,
  };
}
