import type { JsonObject, JsonValue } from "../domain/json.ts";

/** What counts as equal. */
export interface JsonEquality {
  /** Largest absolute difference of two numbers. */
  readonly tolerance: number;
  readonly ignoreCase: boolean;
  readonly anyOrder: boolean;
  /** The answer's objects may have fields that the expected ones lack. */
  readonly allowExtra: boolean;
}

/** Whether `answer` equals `expected` under the given rules. */
export function jsonEquals(answer: JsonValue, expected: JsonValue, rules: JsonEquality): boolean {
  if (typeof answer === "number" && typeof expected === "number") {
    return Math.abs(answer - expected) <= rules.tolerance;
  }
  if (typeof answer === "string" && typeof expected === "string") {
    return answer === expected || (rules.ignoreCase && answer.toLowerCase() === expected.toLowerCase());
  }
  if (isArray(answer) && isArray(expected)) return arraysEqual(answer, expected, rules);
  if (isObject(answer) && isObject(expected)) return objectsEqual(answer, expected, rules);
  return answer === expected;
}

/** A JSON object, not an array or `null`. */
export function isObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isArray(value: JsonValue): value is readonly JsonValue[] {
  return Array.isArray(value);
}

function arraysEqual(
  answer: readonly JsonValue[],
  expected: readonly JsonValue[],
  rules: JsonEquality,
): boolean {
  if (answer.length !== expected.length) return false;
  if (!rules.anyOrder) {
    return expected.every((one, at) => answer[at] !== undefined && jsonEquals(answer[at], one, rules));
  }
  const left = [...answer];
  return expected.every((one) => {
    const at = left.findIndex((other) => jsonEquals(other, one, rules));
    if (at >= 0) left.splice(at, 1);
    return at >= 0;
  });
}

function objectsEqual(answer: JsonObject, expected: JsonObject, rules: JsonEquality): boolean {
  const keys = Object.keys(expected);
  if (!rules.allowExtra && Object.keys(answer).some((key) => !Object.hasOwn(expected, key))) return false;
  return keys.every((key) => {
    const [given, wanted] = [ownValue(answer, key), ownValue(expected, key)];
    return given !== undefined && wanted !== undefined && jsonEquals(given, wanted, rules);
  });
}

/** The object's own value under a key; never one it inherits. */
export function ownValue(object: JsonObject, key: string): JsonValue | undefined {
  return Object.hasOwn(object, key) ? object[key] : undefined;
}
