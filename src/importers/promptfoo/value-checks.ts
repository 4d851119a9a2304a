import type { JsonObject, JsonValue } from "../../domain/json.ts";
import { asText, isObject, listOf, numberField } from "../json-shape.ts";
import { readDocument } from "../read-document.ts";

/** What an assertion says, its value rendered. */
export interface Said {
  readonly value: JsonValue | undefined;
  readonly threshold: number | undefined;
  /** Written with `not-`. */
  readonly negated: boolean;
}

/** A scorer with its options. */
export interface Made {
  readonly scorer: string;
  readonly options?: JsonObject;
  /** Options that the value makes. */
  readonly values?: JsonObject;
  /** The one value is the assertion's own text. */
  readonly isPlain?: boolean;
  /** In what it differs from the assertion. */
  readonly changed?: string;
}

type Maker = (said: Said) => Made | string;

const NO_VALUE = "it has no value";
const NO_NEGATION = "there is no counterpart of its negation";

/** By the type of an assertion without `not-`; a text is why it cannot be carried over. */
export const valueChecks: ReadonlyMap<string, Maker> = new Map<string, Maker>([
  ["equals", equals],
  ["contains", contains("any", false)],
  ["icontains", contains("any", true)],
  ["contains-any", contains("any", false)],
  ["icontains-any", contains("any", true)],
  ["contains-all", contains("all", false)],
  ["icontains-all", contains("all", true)],
  ["regex", regex],
  ["starts-with", startsWith],
  ["is-json", json(false)],
  ["contains-json", json(true)],
  ["is-refusal", ({ negated }) => ({ scorer: "refusal", options: { expected: !negated } })],
  ["word-count", wordCount],
  ["rouge-n", overlap("rouge", 0.75)],
  ["bleu", overlap("bleu", 0.5)],
]);

function equals({ value, negated }: Said): Made | string {
  if (value === undefined || value === null) return NO_VALUE;
  if (typeof value === "object") {
    if (negated) return NO_NEGATION;
    return { scorer: "json", options: { partial: false, allow_extra: false }, values: { expected: value } };
  }
  const text = asText(value);
  if (negated)
    return {
      scorer: "regex",
      options: { full: true, none: true, flags: "s" },
      values: { pattern: escaped(text) },
    };
  return { scorer: "exact", options: { trim: false }, values: { expected: text }, isPlain: true };
}

function contains(mode: "any" | "all", ignoreCase: boolean): Maker {
  return ({ value, negated }) => {
    const texts = listOf(value).map(asText);
    if (texts.length === 0 || texts.includes("")) return NO_VALUE;
    if (negated && mode === "all" && texts.length > 1) return NO_NEGATION;
    const options = ignoreCase ? { ignore_case: true } : {};
    const isList = Array.isArray(value);
    return {
      scorer: "contains",
      options,
      values: { [negated ? "none" : mode]: isList ? texts : (texts[0] ?? "") },
      isPlain: !isList,
    };
  };
}

function regex({ value, negated }: Said): Made | string {
  if (typeof value !== "string" || value === "") return NO_VALUE;
  // Flags that other dialects write in front: JavaScript has them apart.
  const [, flags = "", pattern = value] = /^\(\?([ims]+)\)([\s\S]*)$/.exec(value) ?? [];
  const options = { ...(flags !== "" && { flags }), ...(negated && { none: true }) };
  return { scorer: "regex", options, values: { pattern } };
}

function startsWith({ value, negated }: Said): Made | string {
  if (value === undefined || value === null || value === "") return NO_VALUE;
  const options = negated ? { none: true } : {};
  return { scorer: "regex", options, values: { pattern: `^${escaped(asText(value))}` } };
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\/]/g, "\\$&");
}

function json(lenient: boolean): Maker {
  return ({ value, negated }) => {
    if (negated) return NO_NEGATION;
    const schema = schemaOf(value);
    if (schema === undefined) return "its value is no JSON Schema";
    return { scorer: "json", options: lenient ? { lenient } : {}, values: { schema } };
  };
}

/** A schema as an object, or written as text; none is one that every JSON value follows. */
function schemaOf(value: JsonValue | undefined): JsonObject | undefined {
  if (value === undefined || value === null || value === "") return {};
  if (isObject(value)) return value;
  const read = typeof value === "string" ? readDocument(Buffer.from(value)) : undefined;
  return read?.ok === true && isObject(read.value) ? read.value : undefined;
}

function wordCount({ value, negated }: Said): Made | string {
  if (negated) return NO_NEGATION;
  const exact = typeof value === "number" || typeof value === "string" ? Number(value) : undefined;
  const min = exact ?? numberField(value, "min");
  const max = exact ?? numberField(value, "max");
  if ((min === undefined && max === undefined) || Number.isNaN(exact)) return NO_VALUE;
  const bounds = { ...(min !== undefined && { min }), ...(max !== undefined && { max }) };
  return { scorer: "length", options: { unit: "words" }, values: bounds };
}

function overlap(scorer: "rouge" | "bleu", usual: number): Maker {
  return ({ value, threshold, negated }) => {
    if (negated) return NO_NEGATION;
    if (value === undefined || value === null) return NO_VALUE;
    return {
      scorer,
      values: { expected: Array.isArray(value) ? value : asText(value) },
      isPlain: !Array.isArray(value),
      changed: `the overlap is the score; the threshold of ${threshold ?? usual} makes no pass or fail of it`,
    };
  };
}
