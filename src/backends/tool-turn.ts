import type { JsonObject, JsonValue } from "../domain/json.ts";

/** An id for a call of an earlier turn: the providers want one that the result refers to, and any will do. */
export function callId(message: number, call: number): string {
  return `call_${message}_${call}`;
}

/** Arguments as a text of JSON; what was no JSON when the model wrote it stays as it was. */
export function argumentsText(given: JsonValue): string {
  return typeof given === "string" ? given : JSON.stringify(given);
}

/** Arguments for a wire that takes an object only; what was none is put under the key `text`. */
export function argumentsObject(given: JsonValue): JsonObject {
  return isObject(given) ? given : { text: argumentsText(given) };
}

function isObject(value: JsonValue): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
