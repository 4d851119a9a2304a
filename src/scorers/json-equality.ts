import type { JsonObject, JsonValue } from "../domain/json.ts";

/** What counts as equal. */
export interface JsonEquality {
  /** Largest absolute difference of two numbers. */
  readonly tolerance: number;
  /** The same for fields of their own, by dotted path without list positions: `items.price`. */
  readonly tolerances?: { readonly [path: string]: number } | undefined;
  readonly ignoreCase: boolean;
  readonly anyOrder: boolean;
  /** The answer's objects may have fields that the expected ones lack. */
  readonly allowExtra: boolean;
  /** A number or a boolean that is written as a text is as good as one. */
  readonly looseTypes?: boolean | undefined;
}

/** Whether `answer` equals `expected` under the given rules; `path` is where both stand. */
export function jsonEquals(answer: JsonValue, expected: JsonValue, rules: JsonEquality, path = ""): boolean {
  if (isList(answer) && isList(expected)) return listsEqual(answer, expected, rules, path);
  if (isObject(answer) && isObject(expected)) return objectsEqual(answer, expected, rules, path);
  return scalarsEqual(
    rules.looseTypes === true ? readScalar(answer, expected) : answer,
    rules.looseTypes === true ? readScalar(expected, answer) : expected,
    rules,
    path,
  );
}

function scalarsEqual(answer: JsonValue, expected: JsonValue, rules: JsonEquality, path: string): boolean {
  if (typeof answer === "number" && typeof expected === "number") {
    const { tolerances = {} } = rules;
    const own = Object.hasOwn(tolerances, path) ? tolerances[path] : undefined;
    // Equal first: the difference of two infinities is no number.
    return answer === expected || Math.abs(answer - expected) <= (own ?? rules.tolerance);
  }
  if (typeof answer === "string" && typeof expected === "string") {
    return answer === expected || (rules.ignoreCase && answer.toLowerCase() === expected.toLowerCase());
  }
  return answer === expected;
}

/** A text read as the type of the other side, where it has that form. */
function readScalar(given: JsonValue, other: JsonValue): JsonValue {
  if (typeof given !== "string") return given;
  const text = given.trim();
  if (typeof other === "number" && /^[-+]?(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d{1,3})?$/i.test(text))
    return Number(text);
  if (typeof other === "boolean" && /^(?:true|false)$/i.test(text)) return text.toLowerCase() === "true";
  if (other === null && (text === "" || text.toLowerCase() === "null")) return null;
  return given;
}

/** A JSON object, not an array or `null`. */
export function isObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** A JSON array. */
export function isList(value: JsonValue | undefined): value is readonly JsonValue[] {
  return Array.isArray(value);
}

function listsEqual(
  answer: readonly JsonValue[],
  expected: readonly JsonValue[],
  rules: JsonEquality,
  path: string,
): boolean {
  if (answer.length !== expected.length) return false;
  if (!rules.anyOrder) {
    return expected.every((one, at) => answer[at] !== undefined && jsonEquals(answer[at], one, rules, path));
  }
  const left = [...answer];
  return expected.every((one) => {
    const at = left.findIndex((other) => jsonEquals(other, one, rules, path));
    if (at >= 0) left.splice(at, 1);
    return at >= 0;
  });
}

function objectsEqual(answer: JsonObject, expected: JsonObject, rules: JsonEquality, path: string): boolean {
  const keys = Object.keys(expected);
  if (!rules.allowExtra && Object.keys(answer).some((key) => !Object.hasOwn(expected, key))) return false;
  return keys.every((key) => {
    const [given, wanted] = [ownValue(answer, key), ownValue(expected, key)];
    return given !== undefined && wanted !== undefined && jsonEquals(given, wanted, rules, pathTo(path, key));
  });
}

/** The path of a field inside of what stands at a path. */
export function pathTo(path: string, key: string): string {
  return path === "" ? key : `${path}.${key}`;
}

/** The object's own value under a key; never one it inherits. */
export function ownValue(object: JsonObject, key: string): JsonValue | undefined {
  return Object.hasOwn(object, key) ? object[key] : undefined;
}
