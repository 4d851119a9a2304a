import { z } from "zod";
import type { JsonValue } from "../domain/json.ts";
import { isList, isObject, ownValue } from "./json-equality.ts";
import { misformatted } from "./judgement.ts";
import { defineScorer } from "./scorer.ts";
import { comparisonShape, judgeFound, partsOfNothing } from "./structured.ts";
import { readXml } from "./xml-reader.ts";

const options = z.strictObject({
  expected: z
    .record(z.string(), z.json())
    .describe(
      "The expected content: `{ order: { '@id': 7, item: [a, b] } }` is `<order id=\"7\"><item>a</item><item>b</item></order>`.",
    ),
  ...comparisonShape,
  partial: comparisonShape.partial.default("deep"),
  loose_types: z
    .boolean()
    .default(true)
    .describe("A text that has the form of the expected number or boolean is one."),
  lenient: z
    .boolean()
    .default(false)
    .describe("XML in a Markdown fence or in prose is as good as XML alone."),
});

/** Whether the answer is the XML that was asked for. */
export const xml = defineScorer({
  name: "xml",
  summary:
    "The share of expected values that the answer's XML has right: elements by name, attributes with `@`, text beside children as `#text`.",
  options,
  defaults: { expected: "{{ expected }}" },
  examples: [
    {
      fields: { expected: { order: { "@id": 7, item: ["a", "b"] } } },
      answer: '<?xml version="1.0"?>\n<order id="7">\n  <item>a</item><item>b</item>\n</order>',
      score: 1,
    },
    {
      fields: { expected: { order: { "@id": 7, item: "a" } } },
      answer: '<order id="8"><item>a</item></order>',
      score: 0.5,
      fault: "wrong",
    },
    {
      fields: { expected: { city: "Bonn" } },
      answer: "Here it is: <city>Bonn</city>",
      score: 0,
      fault: "format",
      ifFormatFixed: 1,
    },
    {
      options: { lenient: true },
      fields: { expected: { city: "Bonn" } },
      answer: "```xml\n<city>Bonn</city>\n```",
      score: 1,
    },
    {
      fields: { expected: { city: "Bonn" } },
      answer: "<city>Bonn",
      score: 0,
      fault: "format",
      ifFormatFixed: 0,
    },
  ],
  score({ answer, options }) {
    const found = readXml(answer);
    if (found.kind === "none")
      return { ...misformatted(0, `no XML in the answer: ${found.reason}`), ...partsOfNothing(options) };
    const value = withLists(found.value, options.expected);
    return judgeFound({ ...found, value }, "XML", options);
  },
  ofNothing: partsOfNothing,
});

/** XML cannot tell one element from a list of one, or none from a list of none: as the expected content has it. */
function withLists(value: JsonValue, expected: JsonValue): JsonValue {
  if (isList(expected)) {
    const list = isList(value) ? value : [value];
    return list.map((item, at) => withLists(item, expected[at] ?? expected[0] ?? ""));
  }
  if (!isObject(expected) || !isObject(value)) return value;
  const inner = Object.entries(value).map(([key, item]): [string, JsonValue] => [
    key,
    withLists(item, ownValue(expected, key) ?? ""),
  ]);
  const empty = Object.entries(expected).filter(
    ([key, item]) => isList(item) && item.length === 0 && !Object.hasOwn(value, key),
  );
  return Object.fromEntries([...inner, ...empty]);
}
