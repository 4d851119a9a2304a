import type { JsonObject, JsonValue } from "../domain/json.ts";
import { isList, isObject } from "./json-equality.ts";

/**
 * Code that a case names, where the suite does not: a dataset is data, so a module is named by the suite alone, even
 * where a list of scorers, or the path itself, is a field of the case.
 */
export function codeOfCase(name: string, written: JsonObject, rendered: JsonObject): string | undefined {
  const named = new Set(modulesOf(name, written));
  return modulesOf(name, rendered).find((path) => !named.has(path));
}

/** The paths of `module` scorers: the scorer itself, or one among its parts. */
function modulesOf(name: string, options: JsonObject): readonly string[] {
  if (name === "module") return [String(options["path"])];
  const parts = options["scorers"];
  return isList(parts) ? parts.flatMap(modulesOfPart) : [];
}

function modulesOfPart(part: JsonValue): readonly string[] {
  if (!isObject(part)) return [];
  return Object.entries(part).flatMap(([name, options]) =>
    isObject(options) ? modulesOf(name, options) : [],
  );
}
