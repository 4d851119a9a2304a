import type { Model } from "../domain/model.ts";
import type { Backend, BackendEnvironment } from "../domain/ports.ts";
import { startGuards } from "./call-guard.ts";
import { collect } from "./collect.ts";
import { EMBEDDING_ENDINGS, embeddedText } from "./embedding.ts";
import { openHttpPool } from "./http-fetch.ts";
import { CHAT_ENDINGS, chatBody, chatTaker } from "./openai-chat.ts";
import { embeddingBody, takeEmbedding } from "./openai-embeddings.ts";
import { RESPONSES_ENDINGS, responsesBody, responsesTaker } from "./openai-responses.ts";
import { openAiClient, openAiSettings } from "./openai-settings.ts";
import { probeModels } from "./probe.ts";
import { sdkEnvelope } from "./sdk-request.ts";
import { readEvents } from "./wire-call.ts";

/** Connects to chat completions, or to the Responses API where the suite says so. Throws a `Refusal` for a missing key or an unsafe host. */
export function connectOpenAi(model: Model, environment: BackendEnvironment): Backend {
  const settings = openAiSettings(model, environment);
  const { url, key, keyVariable, form, extra, isChat, isEmbedding } = settings;
  const pool = openHttpPool(environment.variables);
  const guarded = startGuards(environment.clock, model.settings);
  const endings = isChat ? CHAT_ENDINGS : RESPONSES_ENDINGS;
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
      const guard = guarded(signal);
      if (isEmbedding)
        return collect(model, guard, key, EMBEDDING_ENDINGS, async (into) => {
          const body = JSON.stringify(embeddingBody(model.model, embeddedText(request)));
          const sent = { ...(await envelope()), body };
          await readEvents(sent, { pool, guard, format: "json", told }, (event) =>
            takeEmbedding(event, into),
          );
        });
      const call = { pool, guard, format: "sse" as const, told };
      return collect(model, guard, key, endings, async (into) => {
        const body = isChat
          ? chatBody(model.model, request, form)
          : responsesBody(model.model, request, form.strict);
        const take = isChat ? chatTaker(into, guard) : responsesTaker(into, guard);
        await readEvents({ ...(await envelope()), body: JSON.stringify(body) }, call, take);
      });
    },
    forgetsSignals: true,
    close: () => pool.close(),
  };
}
