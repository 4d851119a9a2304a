import OpenAI from "openai";
import type { Model } from "../domain/model.ts";
import type { BackendEnvironment } from "../domain/ports.ts";
import { type Endpoint, hostedEndpoint } from "./endpoint.ts";
import { openai } from "./openai.ts";
import type { ChatForm } from "./openai-chat.ts";
import type { SdkFetch } from "./sdk-request.ts";

const OWN_HOST = "api.openai.com";

/** Where and how a model of the `openai` backend is asked. */
export interface OpenAiSettings extends Endpoint {
  readonly keyVariable: string;
  readonly form: ChatForm;
  /** More headers, the key's own taken out. */
  readonly extra: { readonly [name: string]: string };
  /** Chat completions; else Responses, or embeddings. */
  readonly isChat: boolean;
  readonly isEmbedding: boolean;
}

/** Settles a model's options. Throws a `Refusal` for a missing key or an unsafe host. */
export function openAiSettings(model: Model, { variables }: BackendEnvironment): OpenAiSettings {
  const options = openai.options.parse(model.options);
  const own = { ownHost: OWN_HOST, baseUrl: `https://${OWN_HOST}/v1`, keyVariable: "OPENAI_API_KEY" };
  const endpoint = hostedEndpoint(options, own, variables);
  const auto = new URL(endpoint.url).hostname === OWN_HOST ? "max_completion_tokens" : "max_tokens";
  const field = options.max_tokens_field === "auto" ? auto : (options.max_tokens_field ?? auto);
  return {
    ...endpoint,
    form: { field, strict: options.strict_schema },
    extra: withoutKey(options.headers ?? {}),
    isChat: options.api === "chat",
    isEmbedding: options.api === "embeddings",
  };
}

/** The SDK as it is to be: it retries nothing, prints nothing and takes nothing from the environment by itself. */
export function openAiClient({ url, key, extra }: OpenAiSettings, fetch: SdkFetch): OpenAI {
  return new OpenAI({
    apiKey: key.reveal(),
    baseURL: url,
    maxRetries: 0,
    logLevel: "off",
    organization: null,
    project: null,
    defaultHeaders: extra,
    fetch,
  });
}

function withoutKey(headers: { readonly [name: string]: string }): { readonly [name: string]: string } {
  return Object.fromEntries(
    Object.entries(headers).filter(([name]) => name.toLowerCase() !== "authorization"),
  );
}
