import type { JsonObject, JsonValue } from "../../domain/json.ts";
import { field, isObject, listOf, objectField, textField } from "../json-shape.ts";
import { distinct } from "../names.ts";
import { fileReference, type PromptfooContext, readNamed } from "./config.ts";
import { COMPATIBLE_HOSTS } from "./hosts.ts";
import { readProviderConfig } from "./provider-config.ts";

/** A model of the suite, made of a provider. */
export interface ImportedModel {
  readonly name: string;
  readonly model: JsonObject;
}

interface Provider {
  readonly id: string;
  readonly where: string;
  readonly given: JsonValue;
}

/** Every provider that a backend can reach, as a model. */
export async function readProviders(
  given: JsonValue | undefined,
  context: PromptfooContext,
): Promise<readonly ImportedModel[]> {
  const providers: Provider[] = [];
  for (const [index, item] of listOf(given).entries())
    providers.push(...(await readItem(item, `providers[${index}]`, context)));
  const models = providers.flatMap((provider) => readProvider(provider, context) ?? []);
  const names = distinct(models.map(({ name }) => name));
  return models.map(({ model }, index) => ({ name: names[index] ?? "model", model }));
}

/** The model of what an assertion or a test names as its grader: the keys of a judge. */
export function graderModel(
  given: JsonValue,
  where: string,
  context: PromptfooContext,
): JsonObject | undefined {
  const id = typeof given === "string" ? given : (textField(given, "id") ?? "");
  return readProvider({ id, where: `${where}, grader`, given }, context)?.model;
}

async function readItem(
  item: JsonValue,
  where: string,
  context: PromptfooContext,
): Promise<readonly Provider[]> {
  const reference = fileReference(item);
  if (reference !== undefined) {
    const read = await readNamed(reference.path, context);
    if ("problem" in read) context.notes.leftOut(where, read.problem);
    if ("problem" in read) return [];
    const inside: Provider[] = [];
    for (const one of listOf(read.value))
      inside.push(...(await readItem(one, `${where} ${reference.path}`, context)));
    return inside;
  }
  if (typeof item === "string") return [{ id: item, where, given: item }];
  const id = textField(item, "id");
  if (id !== undefined) return [{ id, where, given: item }];
  // The old form: `- openai:gpt-4o: { config: … }`.
  const entries = isObject(item) ? Object.entries(item) : [];
  const [only] = entries;
  if (only === undefined || entries.length > 1) {
    context.notes.leftOut(where, "it has no id");
    return [];
  }
  return [{ id: textField(only[1], "id") ?? only[0], where, given: only[1] }];
}

function readProvider({ id, where, given }: Provider, context: PromptfooContext): ImportedModel | undefined {
  const reached = reach(id);
  if (typeof reached === "string") {
    context.notes.leftOut(`${where} ${id}`, reached);
    return undefined;
  }
  if (field(given, "transform") !== undefined) {
    context.notes.leftOut(`${where} ${id}`, "its answers are transformed by code before they are judged");
    return undefined;
  }
  if (listOf(field(given, "prompts")).length > 0)
    context.notes.changed(
      `${where} ${id}`,
      "it is asked with every prompt: all models answer the same tasks",
    );
  for (const key of ["delay", "env", "inputs"])
    if (field(given, key) !== undefined) context.notes.leftOut(`${where} ${id}`, `${key} has no counterpart`);
  const config = readProviderConfig(reached, objectField(given, "config"), {
    where: `${where} ${id}`,
    context,
  });
  const host = textField({ ...reached, ...config }, "base_url");
  if (host !== undefined) tellHost(`${where} ${id}`, host, context);
  return { name: textField(given, "label") ?? reached.model, model: { ...reached, ...config } };
}

/** Where a provider's id leads: the keys of a model, or why nowhere. */
function reach(id: string): { readonly backend: string; readonly model: string } | string {
  const [service = "", ...rest] = id.split(":");
  const kind = rest[0] ?? "";
  const after = rest.slice(1).join(":");
  const model = rest.join(":");
  if (model === "") return "there is no backend for it";
  if (service === "openai") {
    if (kind === "chat" && after !== "") return { backend: "openai", model: after };
    if (kind === "responses" && after !== "")
      return { backend: "openai", model: after, ...{ api: "responses" } };
    const others = ["completion", "embedding", "embeddings", "image", "assistant", "realtime", "moderation"];
    if (others.includes(kind) || rest.length > 1) return `OpenAI's ${kind} is not asked`;
    return { backend: "openai", model };
  }
  if (service === "anthropic") {
    if (kind === "completion") return "the text completions of Anthropic are not asked";
    return { backend: "anthropic", model: kind === "messages" ? after : model };
  }
  if (service === "ollama") {
    if (kind === "embeddings" || kind === "completion") return `Ollama's ${kind} is not asked`;
    return { backend: "ollama", model: kind === "chat" ? after : model };
  }
  const host = COMPATIBLE_HOSTS.get(service);
  if (host === undefined) return "there is no backend for it";
  return { backend: "openai", model, ...{ base_url: host.baseUrl, api_key_env: host.keyVariable } };
}

function tellHost(where: string, address: string, { notes }: PromptfooContext): void {
  const { hostname, protocol } = URL.canParse(address) ? new URL(address) : { hostname: "", protocol: "" };
  if (protocol === "https:" && hostname !== "api.openai.com")
    notes.review(where, `a key goes to ${hostname} only where EVALS_ALLOW_HOSTS lists it`);
}
