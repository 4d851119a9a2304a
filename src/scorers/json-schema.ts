import { createRequire } from "node:module";
import type { JsonObject, JsonValue } from "../domain/json.ts";
import { MATCH_LIMIT_MS, withinTime } from "./time-box.ts";

const require = createRequire(import.meta.url);

/** Whether a value conforms to a JSON Schema. */
export type SchemaCheck =
  | { readonly kind: "conforms" }
  | { readonly kind: "differs"; readonly reason: string }
  | { readonly kind: "timeout" };

/** Checks a value; a schema with patterns runs under a time limit. Throws for a schema that refers to what is not there. */
export function checkSchema(schema: JsonObject, value: JsonValue): SchemaCheck {
  const check = () => validate(schema, value);
  const boxed = hasPattern(schema) ? withinTime(MATCH_LIMIT_MS, check) : { value: check() };
  if (boxed === "timeout") return { kind: "timeout" };
  if (boxed.value.valid) return { kind: "conforms" };
  // The first error is the outermost keyword; the last is the one that failed.
  const last = boxed.value.errors.at(-1);
  const where =
    last === undefined || last.instanceLocation === "#" ? "the value" : last.instanceLocation.slice(2);
  return { kind: "differs", reason: `${where}: ${last?.error ?? "does not conform"}` };
}

/** What is wrong with the schema itself, if anything. */
export function schemaFault(schema: JsonObject): string | undefined {
  try {
    validate(schema, null);
    return undefined;
  } catch (error) {
    return `schema: ${error instanceof Error ? error.message.split(/\n|\s{2,}/)[0] : String(error)}`;
  }
}

/** Loads the package with the first schema: most suites have none. */
function validate(schema: JsonObject, value: JsonValue) {
  const { Validator }: typeof import("@cfworker/json-schema") = require("@cfworker/json-schema");
  return new Validator({ ...schema }, "2020-12", true).validate(value);
}

/** Whether a schema has patterns: they are matched under a time limit. */
export function hasPattern(schema: JsonObject): boolean {
  return /"(?:pattern|patternProperties|format)"/.test(JSON.stringify(schema));
}
