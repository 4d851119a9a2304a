import { z } from "zod";
import type { JsonValue } from "../domain/json.ts";
import type { Score, ScorePart } from "../domain/score.ts";
import { type Credit, creditFields, creditValues, extraFields } from "./field-credit.ts";
import { isObject, type JsonEquality, jsonEquals } from "./json-equality.ts";
import { checkSchema, hasPattern } from "./json-schema.ts";
import { misformatted, quoted, scored, unscored } from "./judgement.ts";
import { lostParts, namedParts } from "./parts.ts";

const amount = z.number().min(0);

/** The options that scorers of structured answers share: what is compared, and what counts as equal. */
export const comparisonShape = {
  fields: z
    .array(z.string().min(1))
    .min(1)
    .optional()
    .describe("Compare these fields only; dotted paths reach inside."),
  partial: z
    .union([z.boolean(), z.literal("deep")])
    .default(true)
    .describe(
      "The score is the share of fields that are right; `deep`: of all values, however nested; `false`: all or nothing.",
    ),
  tolerance: amount.default(0).describe("Largest difference of two numbers that are equal."),
  tolerances: z
    .record(z.string().min(1), amount)
    .optional()
    .describe("The same for single fields, by dotted path without list positions: `{ items.price: 0.01 }`."),
  ignore_case: z.boolean().default(false).describe("Upper and lower case are the same in texts."),
  any_order: z.boolean().default(false).describe("The order of a list does not count."),
  allow_extra: z.boolean().default(true).describe("Fields that were not expected do no harm."),
} as const;

const comparison = z.object(comparisonShape);

/** What is compared, and how. */
export interface Comparison extends z.output<typeof comparison> {
  readonly expected?: JsonValue | undefined;
  readonly schema?: { readonly [key: string]: JsonValue } | undefined;
  readonly loose_types: boolean;
  readonly lenient: boolean;
}

/** For `isHeavy`: the answer has more characters than that, or patterns are matched in it. */
export function heavyFrom(
  characters: number,
): (answer: string, options: Pick<Comparison, "schema">) => boolean {
  return (answer, { schema }) => answer.length > characters || (schema !== undefined && hasPattern(schema));
}

/** A value found in an answer. */
export interface FoundValue {
  readonly value: JsonValue;
  /** The answer was this and nothing else. */
  readonly isBare: boolean;
}

/** Judges a value that was read from an answer; one that does not stand alone is misformatted, unless `lenient`. */
export function judgeFound({ value, isBare }: FoundValue, format: string, options: Comparison): Score {
  const judged = judgeValue(value, options);
  if (judged.kind === "unscored" || isBare || options.lenient) return judged;
  const mended = judged.fault === "format" ? (judged.ifFormatFixed ?? 0) : judged.score;
  const reason = `the ${format} is not alone in the answer; in itself: ${judged.reason}`;
  return { ...misformatted(mended, reason), ...partsOfNothing(options) };
}

/** The expected fields, or values, with none of them right. */
export function partsOfNothing(options: Comparison): { readonly parts?: readonly ScorePart[] } {
  if (options.expected === undefined) return {};
  const { parts } = compare({}, options.expected, options);
  return parts === undefined ? {} : { parts: lostParts(parts) };
}

function judgeValue(value: JsonValue, options: Comparison): Score {
  const content = options.expected === undefined ? undefined : compare(value, options.expected, options);
  const conforms = options.schema === undefined ? undefined : checkSchema(options.schema, value);
  if (conforms?.kind === "timeout") return unscored("regex-timeout", "a pattern of the schema took too long");
  if (conforms?.kind === "differs") {
    const judged = misformatted(content?.score ?? 0, `not as the schema says: ${conforms.reason}`);
    return { ...judged, ...partsOfNothing(options) };
  }
  if (content === undefined) return scored(1, "conforms to the schema");
  const { score, reason, parts } = content;
  return { ...scored(score, reason), ...(parts === undefined ? {} : { parts }) };
}

interface Compared {
  readonly score: number;
  readonly reason: string;
  readonly parts?: readonly ScorePart[];
}

function compare(value: JsonValue, expected: JsonValue, options: Comparison): Compared {
  const rules: JsonEquality = {
    tolerance: options.tolerance,
    tolerances: options.tolerances,
    ignoreCase: options.ignore_case,
    anyOrder: options.any_order,
    allowExtra: options.allow_extra,
    looseTypes: options.loose_types,
  };
  if (options.partial === "deep" && options.fields === undefined) {
    return graded(creditValues(value, expected, rules), "values", options);
  }
  if (!isObject(expected) && options.fields === undefined) {
    const reason = `expected ${quoted(JSON.stringify(expected))}, got ${quoted(JSON.stringify(value))}`;
    const isEqual = jsonEquals(value, expected, rules);
    return isEqual ? { score: 1, reason: "the expected value" } : { score: 0, reason };
  }
  const object = isObject(expected) ? expected : {};
  const paths = options.fields?.map((field) => field.split(".")) ?? Object.keys(object).map((key) => [key]);
  const extra = options.fields === undefined ? extraFields(value, object, rules) : [];
  const credit = creditFields(value, expected, [...paths, ...extra.map((key) => [key])], rules);
  if (credit.wrong.length === 0 && !isObject(value)) {
    const reason = `expected an object, got ${quoted(JSON.stringify(value))}`;
    return { score: 0, reason, parts: lostParts(namedParts(credit.parts)) };
  }
  return graded(credit, "fields", options);
}

function graded(
  { right, total, wrong, parts: single }: Credit,
  things: string,
  { partial }: Comparison,
): Compared {
  const parts = single.length === 0 ? {} : { parts: namedParts(single) };
  if (wrong.length === 0) return { score: 1, reason: `all ${total} ${things} are right`, ...parts };
  const more = wrong.length > 3 ? `; and ${wrong.length - 3} more` : "";
  return {
    score: partial === false ? 0 : right / total,
    reason: `${wrong.length} of ${total} ${things} ${wrong.length === 1 ? "is" : "are"} wrong: ${wrong.slice(0, 3).join("; ")}${more}`,
    ...parts,
  };
}
