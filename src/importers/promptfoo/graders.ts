import type { JsonObject, JsonValue } from "../../domain/json.ts";
import { field, isObject, textField } from "../json-shape.ts";
import type { PromptfooContext } from "./config.ts";
import { graderModel } from "./providers.ts";

/** The models that judge answers, under `judges` of the suite: each once. */
export interface Graders {
  /** The name of the judge that is meant; `undefined` where it cannot be reached, which has been told. */
  nameOf(given: JsonValue | undefined, where: string): string | undefined;
  /** The same for the model that makes embeddings. */
  embedderOf(given: JsonValue | undefined, where: string): string | undefined;
  readonly judges: JsonObject;
}

/** Stands in where a configuration leaves the grader to promptfoo, whose choice depends on the keys that it finds. */
const STAND_IN = "openai:chat:gpt-4o-2024-08-06";

/** promptfoo's own choice where a configuration names no model for `similar`. */
const EMBEDDER = "openai:embedding:text-embedding-3-large";

/** No grader yet. */
export function newGraders(context: PromptfooContext): Graders {
  const names = new Map<string, string>();
  const judges: { [name: string]: JsonObject } = {};
  const named = (model: JsonObject, word: string) => {
    const key = JSON.stringify(model);
    const others = [...names.values()].filter((name) => name.startsWith(word)).length;
    const name = names.get(key) ?? (others === 0 ? word : `${word}-${others + 1}`);
    names.set(key, name);
    judges[name] = model;
    return name;
  };
  return {
    nameOf(given, where) {
      // One provider for text and another for embeddings.
      const meant = isObject(given) ? (field(given, "text") ?? given) : given;
      if (meant === undefined)
        context.notes.review("judges", "no grader is named, so gpt-4o judges: name the model that you trust");
      const model = graderModel(meant ?? STAND_IN, where, context);
      return model === undefined ? undefined : named(model, "grader");
    },
    embedderOf(given, where) {
      const meant = isObject(given) ? (field(given, "embedding") ?? given) : given;
      const model = embedderModel(meant ?? EMBEDDER);
      if (model === undefined) context.notes.leftOut(where, "its model of embeddings cannot be reached");
      return model === undefined ? undefined : named(model, "embedder");
    },
    judges,
  };
}

/** The keys of a model of embeddings, by a provider's id. */
function embedderModel(given: JsonValue): JsonObject | undefined {
  const id = typeof given === "string" ? given : (textField(given, "id") ?? "");
  const [, backend, model] = /^(openai|ollama):embeddings?:(.+)$/.exec(id) ?? [];
  if (backend === undefined || model === undefined) return undefined;
  const address = textField(field(given, "config"), "apiBaseUrl");
  return { backend, model, api: "embeddings", ...(address !== undefined && { base_url: address }) };
}
