import OpenAI from "openai";
import type { Model } from "../domain/model.ts";
import type { BackendEnvironment } from "../domain/ports.ts";
import { type Endpoint, settleEndpoint } from "./endpoint.ts";
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
  const keyVariable = options.api_key_env ?? "OPENAI_API_KEY";
  const baseUrl = options.base_url ?? `https://${OWN_HOST}/v1`;
  const { url, key } = settleEndpoint({
    baseUrl,
    ownHost: OWN_HOST,
    keyVariable,
    isKeyNamed: options.api_key_env !== undefined,
    variables,
  });
  const auto = new URL(url).hostname === OWN_HOST ? "max_completion_tokens" : "max_tokens";
  const field = options.max_tokens_field === "auto" ? auto : (options.max_tokens_field ?? auto);
  return {
    url,
    key,
    keyVariable,
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
