import type { JsonObject, JsonValue } from "../../domain/json.ts";
import { field, isObject } from "../json-shape.ts";
import type { PromptfooContext } from "./config.ts";
import { graderModel } from "./providers.ts";

/** The models that judge answers, under `judges` of the suite: each once. */
export interface Graders {
  /** The name of the judge that is meant; `undefined` where it cannot be reached, which has been told. */
  nameOf(given: JsonValue | undefined, where: string): string | undefined;
  readonly judges: JsonObject;
}

/** Stands in where a configuration leaves the grader to promptfoo, whose choice depends on the keys that it finds. */
const STAND_IN = "openai:chat:gpt-4o-2024-08-06";

/** No grader yet. */
export function newGraders(context: PromptfooContext): Graders {
  const names = new Map<string, string>();
  const judges: { [name: string]: JsonObject } = {};
  return {
    nameOf(given, where) {
      // One provider for text and another for embeddings.
      const meant = isObject(given) ? (field(given, "text") ?? given) : given;
      if (meant === undefined)
        context.notes.review("judges", "no grader is named, so gpt-4o judges: name the model that you trust");
      const model = graderModel(meant ?? STAND_IN, where, context);
      if (model === undefined) return undefined;
      const key = JSON.stringify(model);
      const name = names.get(key) ?? (names.size === 0 ? "grader" : `grader-${names.size + 1}`);
      names.set(key, name);
      judges[name] = model;
      return name;
    },
    judges,
  };
}
