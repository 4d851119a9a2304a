import { z } from "zod";
import type { JsonObject } from "../domain/json.ts";
import { renderText, templateFields } from "../domain/template.ts";
import { ask, isSaid } from "./question.ts";
import { defineWorkflow, type Given, type Script } from "./workflow.ts";

/** What prompts of a chain know besides the case's fields. */
const OWN = "workflow.";

const options = z
  .strictObject({
    prompts: z
      .array(z.string().min(1))
      .min(2)
      .max(20)
      .describe(
        "Templates, asked one after the other: over the case's fields, `workflow.prompt` (the task's own prompt), " +
          "`workflow.previous` (the answer before) and `workflow.answers.0`, `workflow.answers.1`, …",
      ),
  })
  .superRefine(({ prompts }, context) => {
    for (const [index, prompt] of prompts.entries()) {
      for (const { path } of templateFields(prompt)) {
        if (!path.startsWith(OWN) || isKnown(path, index)) continue;
        context.addIssue({
          code: "custom",
          path: ["prompts", index],
          message: `{{ ${path} }} is not there ${index === 0 ? "in the first prompt" : `in prompt ${index + 1}`}: workflow.prompt, and of the answers before, workflow.previous and workflow.answers.0 onwards`,
        });
      }
    }
  });
type Options = z.output<typeof options>;

/** Prompt chaining: every answer feeds the prompts that follow; the last one is the target's. */
export const chain = defineWorkflow({
  name: "chain",
  summary:
    "Asks prompts whose answers feed the next; the last answer counts. The task's system message goes with every " +
    "one. A step that is refused or empty ends the chain with its outcome.",
  options,
  examples: [
    {
      options: {
        prompts: [
          "List the facts:\n{{ workflow.prompt }}",
          "{{ workflow.prompt }}\nFacts: {{ workflow.previous }}\nGive the answer only.",
        ],
      },
      replies: ["There are 2 and 2.", "4"],
      answer: "4",
    },
    {
      options: { prompts: ["Draft: {{ q }}", "Shorten: {{ workflow.answers.0 }}"] },
      fields: { q: "?" },
      replies: [""],
      answer: "",
    },
  ],
  bind: (bound) => ({
    mostCalls: bound.prompts.length,
    others: [],
    resamples: false,
    fields: caseFields(bound),
    start: (given) => chained(given, bound),
  }),
});

function isKnown(path: string, index: number): boolean {
  if (path === "workflow.prompt") return true;
  if (path === "workflow.previous") return index > 0;
  const answer = /^workflow\.answers\.(\d{1,2})$/.exec(path)?.[1];
  return answer !== undefined && Number(answer) < index;
}

function caseFields({ prompts }: Options): readonly string[] {
  const paths = prompts.flatMap((prompt) => templateFields(prompt).map(({ path }) => path));
  return [...new Set(paths.filter((path) => !path.startsWith(OWN)))];
}

function* chained({ prompt, fields }: Given, { prompts }: Options): Script {
  const system = prompt.filter(({ role }) => role === "system");
  const task = prompt
    .filter(({ role }) => role !== "system")
    .map(({ content }) => content)
    .join("\n\n");
  const answers: string[] = [];
  for (const [index, template] of prompts.entries()) {
    const isLast = index === prompts.length - 1;
    const known: JsonObject = { prompt: task, previous: answers.at(-1) ?? "", answers };
    const content = renderText(template, { ...fields, workflow: known });
    const reply = yield* ask({
      step: `prompt ${index + 1}`,
      messages: [...system, { role: "user", content }],
      model: undefined,
      purpose: isLast ? "answer" : "aside",
    });
    if (isLast || !isSaid(reply)) return reply;
    answers.push(reply.answer.text);
  }
  throw new Error("a chain without prompts");
}
