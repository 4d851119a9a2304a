import { z } from "zod";
import type { JsonValue } from "../domain/json.ts";
import type { Score } from "../domain/score.ts";
import { isObject, type JsonEquality, jsonEquals, ownValue } from "./json-equality.ts";
import { readJson } from "./json-reader.ts";
import { checkSchema, schemaFault } from "./json-schema.ts";
import { misformatted, quoted, scored, unscored } from "./judgement.ts";
import { defineScorer } from "./scorer.ts";

const options = z
  .strictObject({
    expected: z.json().optional().describe("The expected value. An object is compared field by field."),
    schema: z.record(z.string(), z.json()).optional().describe("A JSON Schema that the answer must follow."),
    fields: z
      .array(z.string().min(1))
      .min(1)
      .optional()
      .describe("Compare these fields only; dotted paths reach inside."),
    partial: z
      .boolean()
      .default(true)
      .describe("The score is the share of fields that are right; else all or nothing."),
    tolerance: z.number().min(0).default(0).describe("Largest difference of two numbers that are equal."),
    ignore_case: z.boolean().default(false).describe("Upper and lower case are the same in texts."),
    any_order: z.boolean().default(false).describe("The order of a list does not count."),
    allow_extra: z.boolean().default(true).describe("Fields that were not expected do no harm."),
    lenient: z
      .boolean()
      .default(false)
      .describe("JSON in a Markdown fence or in prose is as good as JSON alone."),
  })
  .refine(({ expected, schema }) => expected !== undefined || schema !== undefined, {
    message: "give expected, schema, or both",
  });
type Options = z.output<typeof options>;

/** Whether the answer is the JSON that was asked for. */
export const json = defineScorer({
  name: "json",
  summary:
    "The share of expected fields that the answer's JSON has right; with a schema alone, 1 when it conforms.",
  options,
  examples: [
    {
      options: { expected: "{{ expected }}" },
      fields: { expected: { city: "Bonn", zip: 53111 } },
      answer: '{"zip": 53111, "city": "Bonn"}',
      score: 1,
    },
    {
      options: { expected: { city: "Bonn", zip: 53111 } },
      answer: '{"city": "Bonn", "zip": 1}',
      score: 0.5,
      fault: "wrong",
    },
    {
      options: { expected: { ok: true } },
      answer: '```json\n{"ok": true}\n```',
      score: 0,
      fault: "format",
      ifFormatFixed: 1,
    },
    { options: { expected: { ok: true }, lenient: true }, answer: 'Here: {"ok": true}', score: 1 },
    {
      options: { schema: { type: "object", required: ["id"] } },
      answer: '{"name": "x"}',
      score: 0,
      fault: "format",
      ifFormatFixed: 0,
    },
    {
      options: { expected: { tags: ["a", "b"] }, any_order: true },
      answer: '{"tags": ["b", "a"]}',
      score: 1,
    },
    {
      options: { expected: { ok: true } },
      answer: "It is fine.",
      score: 0,
      fault: "format",
      ifFormatFixed: 0,
    },
  ],
  check: ({ schema }) => (schema === undefined ? undefined : schemaFault(schema)),
  score({ answer, options }) {
    const found = readJson(answer);
    if (found.kind === "none") return misformatted(0, `no JSON in the answer: ${found.reason}`);
    const judged = judge(found.value, options);
    if (judged.kind === "unscored" || found.isBare || options.lenient) return judged;
    const mended = judged.fault === "format" ? (judged.ifFormatFixed ?? 0) : judged.score;
    return misformatted(mended, `the JSON is not alone in the answer; in itself: ${judged.reason}`);
  },
});

function judge(value: JsonValue, options: Options): Score {
  const content = options.expected === undefined ? undefined : compare(value, options.expected, options);
  const conforms = options.schema === undefined ? undefined : checkSchema(options.schema, value);
  if (conforms?.kind === "timeout") return unscored("regex-timeout", "a pattern of the schema took too long");
  if (conforms?.kind === "differs")
    return misformatted(content?.score ?? 0, `not as the schema says: ${conforms.reason}`);
  return content === undefined ? scored(1, "conforms to the schema") : scored(content.score, content.reason);
}

function compare(
  value: JsonValue,
  expected: JsonValue,
  options: Options,
): { readonly score: number; readonly reason: string } {
  const rules: JsonEquality = {
    tolerance: options.tolerance,
    ignoreCase: options.ignore_case,
    anyOrder: options.any_order,
    allowExtra: options.allow_extra,
  };
  if (!isObject(expected) && options.fields === undefined) {
    const isEqual = jsonEquals(value, expected, rules);
    const reason = `expected ${quoted(JSON.stringify(expected))}, got ${quoted(JSON.stringify(value))}`;
    return isEqual ? { score: 1, reason: "the expected value" } : { score: 0, reason };
  }
  const paths =
    options.fields?.map((field) => field.split(".")) ??
    Object.keys(isObject(expected) ? expected : {}).map((key) => [key]);
  const wrong = paths.filter((path) => !sameAt(value, expected, path, rules)).map((path) => path.join("."));
  const extra = options.fields === undefined && !options.allow_extra ? extraFields(value, expected) : [];
  const total = paths.length + extra.length;
  const faulty = [...wrong, ...extra];
  if (faulty.length === 0 && isObject(value)) return { score: 1, reason: `all ${total} fields are right` };
  const share = total === 0 ? 0 : (total - faulty.length) / total;
  return {
    score: options.partial ? share : 0,
    reason: `${faulty.length} of ${total} fields are wrong: ${quoted(faulty.join(", "))}`,
  };
}

function sameAt(
  value: JsonValue,
  expected: JsonValue,
  path: readonly string[],
  rules: JsonEquality,
): boolean {
  const [given, wanted] = [valueAt(value, path), valueAt(expected, path)];
  if (wanted === undefined) return given === undefined;
  return given !== undefined && jsonEquals(given, wanted, rules);
}

function valueAt(value: JsonValue, path: readonly string[]): JsonValue | undefined {
  return path.reduce<JsonValue | undefined>(
    (at, key) => (isObject(at) ? ownValue(at, key) : undefined),
    value,
  );
}

function extraFields(value: JsonValue, expected: JsonValue): readonly string[] {
  if (!isObject(value) || !isObject(expected)) return [];
  return Object.keys(value).filter((key) => !Object.hasOwn(expected, key));
}
