import { z } from "zod";
import { readJson } from "./json-reader.ts";
import { schemaFault } from "./json-schema.ts";
import { misformatted } from "./judgement.ts";
import { defineScorer } from "./scorer.ts";
import { comparisonShape, heavyFrom, judgeFound, partsOfNothing } from "./structured.ts";

const options = z
  .strictObject({
    expected: z.json().optional().describe("The expected value. An object is compared field by field."),
    schema: z.record(z.string(), z.json()).optional().describe("A JSON Schema that the answer must follow."),
    ...comparisonShape,
    loose_types: z
      .boolean()
      .default(false)
      .describe("A number or a boolean that is written as a text is as good as one."),
    lenient: z
      .boolean()
      .default(false)
      .describe("JSON in a Markdown fence or in prose is as good as JSON alone."),
  })
  .refine(({ expected, schema }) => expected !== undefined || schema !== undefined, {
    message: "give expected, schema, or both",
  });

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
    {
      options: {
        expected: { items: [{ sku: "a", price: 2 }] },
        partial: "deep",
        tolerances: { "items.price": 0.01 },
      },
      answer: '{"items": [{"sku": "b", "price": 2.01}]}',
      score: 0.5,
      fault: "wrong",
    },
    { options: { expected: { qty: 3 }, loose_types: true }, answer: '{"qty": "3"}', score: 1 },
    { options: { expected: { qty: 3 } }, answer: '{"qty": "3"}', score: 0, fault: "wrong" },
  ],
  isHeavy: heavyFrom(10_000),
  check: ({ schema }) => (schema === undefined ? undefined : schemaFault(schema)),
  score({ answer, options }) {
    const found = readJson(answer);
    if (found.kind === "none")
      return { ...misformatted(0, `no JSON in the answer: ${found.reason}`), ...partsOfNothing(options) };
    return judgeFound(found, "JSON", options);
  },
  ofNothing: partsOfNothing,
});
