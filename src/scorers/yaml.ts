import { z } from "zod";
import { schemaFault } from "./json-schema.ts";
import { misformatted } from "./judgement.ts";
import { defineScorer } from "./scorer.ts";
import { comparisonShape, heavyFrom, judgeFound, partsOfNothing } from "./structured.ts";
import { readYaml } from "./yaml-reader.ts";

const options = z
  .strictObject({
    expected: z.json().optional().describe("The expected value. A map is compared field by field."),
    schema: z.record(z.string(), z.json()).optional().describe("A JSON Schema that the answer must follow."),
    ...comparisonShape,
    loose_types: z
      .boolean()
      .default(false)
      .describe("A number or a boolean that is written as a text is as good as one."),
    lenient: z.boolean().default(false).describe("YAML in a Markdown fence is as good as YAML alone."),
  })
  .refine(({ expected, schema }) => expected !== undefined || schema !== undefined, {
    message: "give expected, schema, or both",
  });

/** Whether the answer is the YAML that was asked for. */
export const yaml = defineScorer({
  name: "yaml",
  summary:
    "The share of expected fields that the answer's YAML (1.2, core schema, one document) has right; with a schema alone, 1 when it conforms.",
  options,
  examples: [
    {
      options: { expected: { replicas: 3, image: "web:2" } },
      answer: "image: web:2\nreplicas: 3\n",
      score: 1,
    },
    {
      options: { expected: "{{ expected }}" },
      fields: { expected: { replicas: 3, image: "web:2" } },
      answer: "image: web:2\nreplicas: 2\n",
      score: 0.5,
      fault: "wrong",
    },
    {
      options: { expected: { replicas: 3 } },
      answer: "```yaml\nreplicas: 3\n```",
      score: 0,
      fault: "format",
      ifFormatFixed: 1,
    },
    { options: { expected: { replicas: 3 }, lenient: true }, answer: "```yaml\nreplicas: 3\n```", score: 1 },
    {
      options: { expected: { replicas: 3 } },
      answer: "replicas: [3",
      score: 0,
      fault: "format",
      ifFormatFixed: 0,
    },
    {
      options: { schema: { type: "object", required: ["replicas"] } },
      answer: "image: web",
      score: 0,
      fault: "format",
      ifFormatFixed: 0,
    },
  ],
  // Its reader takes some 5 ms a thousand characters.
  isHeavy: heavyFrom(500),
  check: ({ schema }) => (schema === undefined ? undefined : schemaFault(schema)),
  score({ answer, options }) {
    const found = readYaml(answer);
    if (found.kind === "none")
      return { ...misformatted(0, `no YAML in the answer: ${found.reason}`), ...partsOfNothing(options) };
    return judgeFound(found, "YAML", options);
  },
  ofNothing: partsOfNothing,
});
