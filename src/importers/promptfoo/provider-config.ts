import type { JsonObject, JsonValue } from "../../domain/json.ts";
import { field, isList, isObject, numberField, objectField, textField } from "../json-shape.ts";
import type { PromptfooContext } from "./config.ts";

/** Parameters that have the same name and meaning in a suite. */
const SAME = ["temperature", "max_tokens", "top_p", "seed", "stop"] as const;
/** What each backend can send; the rest is told. */
const SENT: { readonly [backend: string]: readonly string[] } = {
  openai: ["temperature", "max_tokens", "top_p", "seed", "stop"],
  anthropic: ["max_tokens", "stop"],
  ollama: ["temperature", "max_tokens", "top_p", "seed", "stop"],
};
/** Other names that promptfoo documents for the same parameters. */
const ALIASES: { readonly [name: string]: (typeof SAME)[number] } = {
  max_completion_tokens: "max_tokens",
  max_output_tokens: "max_tokens",
  num_predict: "max_tokens",
  stop_sequences: "stop",
};

interface Where {
  readonly where: string;
  readonly context: PromptfooContext;
}

/** The keys of a model that a provider's `config` stands for; what has no counterpart is told. */
export function readProviderConfig(
  { backend }: { readonly backend: string },
  config: JsonObject,
  { where, context: { notes } }: Where,
): JsonObject {
  const model: { [key: string]: JsonValue } = {};
  for (const [key, value] of Object.entries(config)) {
    const name = ALIASES[key] ?? SAME.find((same) => same === key);
    if (name !== undefined && SENT[backend]?.includes(name) === true && isFit(name, value))
      model[name] = value;
    else if (name !== undefined) notes.leftOut(where, `${key}: the backend ${backend} does not send it`);
    else {
      const special = specialKeys(backend, key, value);
      if (typeof special === "string") notes.leftOut(where, special);
      else Object.assign(model, special);
    }
  }
  return model;
}

function isFit(name: (typeof SAME)[number], value: JsonValue): boolean {
  if (name === "stop") return typeof value === "string" || (isList(value) && value.length > 0);
  return typeof value === "number";
}

/** Keys with another name or shape; a text is why there is none. */
function specialKeys(backend: string, key: string, value: JsonValue): JsonObject | string {
  if (key === "apiBaseUrl" || key === "baseURL" || key === "baseUrl")
    return typeof value === "string" && !value.includes("{{")
      ? { base_url: value }
      : `${key} is no plain address`;
  if (key === "apiHost" && typeof value === "string") return { base_url: `https://${value}/v1` };
  if (key === "apiKeyEnvar" && typeof value === "string") return { api_key_env: value };
  if (key === "apiKey") {
    const variable = /^\{\{-?\s*env\.(\w+)\s*-?\}\}$/.exec(String(value))?.[1];
    return variable === undefined
      ? "apiKey: a key never stands in a suite; put it in an environment variable"
      : { api_key_env: variable };
  }
  if (key === "num_ctx" && backend === "ollama") return { num_ctx: value };
  if (key === "response_format") return responseSchema(value);
  if (key === "tools") return toolsOf(value);
  return `${key} has no counterpart`;
}

function responseSchema(value: JsonValue): JsonObject | string {
  const format = objectField(value, "json_schema");
  const schema = field(format, "schema") ?? field(value, "schema");
  if (!isObject(schema)) return "response_format: only a JSON Schema written here can be sent";
  return { response_schema: schema };
}

function toolsOf(value: JsonValue): JsonObject | string {
  if (!isList(value)) return "tools: only tools written here can be declared";
  const tools = value.map((tool) => {
    const declared = isObject(field(tool, "function")) ? objectField(tool, "function") : tool;
    const name = textField(declared, "name");
    const description = textField(declared, "description");
    const parameters = field(declared, "parameters") ?? field(declared, "input_schema") ?? {};
    return name === undefined
      ? undefined
      : { name, ...(description !== undefined && { description }), parameters };
  });
  const complete = tools.flatMap((tool) => (tool === undefined ? [] : [tool]));
  return complete.length < tools.length ? "tools: one of them has no name" : { tools: complete };
}

/** How the whole run is done, from `evaluateOptions`. */
export function readOptions(options: JsonObject, { notes }: PromptfooContext): JsonObject {
  const settings: { [key: string]: JsonValue } = {};
  const names: { readonly [key: string]: string } = { maxConcurrency: "concurrency", repeat: "repeats" };
  for (const key of Object.keys(options)) {
    const value = numberField(options, key);
    const name = names[key];
    if (name !== undefined && value !== undefined && value >= 1) settings[name] = Math.round(value);
    else if (key === "timeoutMs" && value !== undefined && value > 0) settings["timeout"] = `${value}ms`;
    else if (key === "showProgressBar" || key === "cache")
      notes.unneeded(
        `evaluateOptions.${key}`,
        "progress is shown, and answers are cached, as a run's flags say",
      );
    else notes.leftOut(`evaluateOptions.${key}`, "there is no counterpart");
  }
  return settings;
}
