import type { JsonObject, JsonValue } from "./json.ts";

/** One `{{ field.path }}` of a template: UTF-16 offsets, end exclusive. */
export interface TemplateField {
  readonly path: string;
  readonly start: number;
  readonly end: number;
}

const FIELD = /\{\{\s*([\p{L}\p{N}_$-]+(?:\.[\p{L}\p{N}_$-]+)*)\s*\}\}/gu;
/** A template that is one field and nothing else. */
const WHOLE = new RegExp(`^${FIELD.source}$`, "u");

/** The fields that a template names, in order. Anything else between braces is plain text. */
export function templateFields(template: string): readonly TemplateField[] {
  return [...template.matchAll(FIELD)].map((match) => ({
    path: match[1] ?? "",
    start: match.index,
    end: match.index + match[0].length,
  }));
}

/** The field of a template that is one `{{ path }}` and nothing else; `undefined` for any other text. */
export function wholeField(template: string): string | undefined {
  const [only] = templateFields(template);
  return only !== undefined && only.start === 0 && only.end === template.length ? only.path : undefined;
}

/**
 * The value at a dotted path: own properties and array indices only, so that `constructor` or `length` find
 * nothing. A field whose name holds the dots itself is found first. `undefined` is missing.
 */
export function fieldAt(fields: JsonObject, path: string): JsonValue | undefined {
  if (Object.hasOwn(fields, path)) return fields[path];
  let value: JsonValue | undefined = fields;
  for (const step of path.split(".")) {
    value = stepInto(value, step);
    if (value === undefined) return undefined;
  }
  return value;
}

function stepInto(value: JsonValue | undefined, step: string): JsonValue | undefined {
  if (isList(value)) return /^(?:0|[1-9]\d{0,8})$/.test(step) ? value[Number(step)] : undefined;
  if (!isObject(value)) return undefined;
  return Object.hasOwn(value, step) ? value[step] : undefined;
}

/**
 * Renders a template in one pass: strings as they are, other values as compact JSON. What is put in is never
 * rendered again. Throws for a missing field: datasets are checked before anything is rendered.
 */
export function renderText(template: string, fields: JsonObject): string {
  return template.replace(FIELD, (_, path: string) => {
    const value = present(fields, path);
    return typeof value === "string" ? value : JSON.stringify(value);
  });
}

/**
 * Renders every string of a value, keys aside. A string that is one `{{ path }}` and nothing else yields the
 * field's value with its type; every other string yields text. Throws for a missing field.
 */
export function renderValue(value: JsonValue, fields: JsonObject): JsonValue {
  if (typeof value === "string") {
    const path = WHOLE.exec(value)?.[1];
    return path === undefined ? renderText(value, fields) : present(fields, path);
  }
  if (isList(value)) return value.map((item) => renderValue(item, fields));
  if (!isObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, renderValue(item, fields)]));
}

function present(fields: JsonObject, path: string): JsonValue {
  const value = fieldAt(fields, path);
  if (value === undefined) throw new Error(`no field "${path}": the dataset was not checked`);
  return value;
}

function isList(value: JsonValue | undefined): value is readonly JsonValue[] {
  return Array.isArray(value);
}

function isObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
