import { z } from "zod";
import type { Message } from "../domain/suite.ts";
import { ask, isSaid } from "./question.ts";
import { defineWorkflow, type Given, type Script } from "./workflow.ts";

const CRITIQUE =
  "Check your answer against the task, step by step. List every fault and how to mend it. " +
  "If there is none, reply with exactly: no faults";
const REVISE =
  "Mend these faults and answer the task again, in the form that it asks for. Give the answer and nothing else.";

const options = z.strictObject({
  rounds: z.int().min(1).max(10).default(1).describe("Most rounds of critique and revision"),
  critic: z
    .string()
    .min(1)
    .optional()
    .describe("The model of the suite that criticises (default: the target's own)"),
  critique: z.string().min(1).default(CRITIQUE).describe("What the critic is told after the answer"),
  done: z
    .string()
    .min(1)
    .default("no faults")
    .describe("A critique that says this and nothing else ends the rounds"),
  revise: z.string().min(1).default(REVISE).describe("What the model is told after the critique"),
});
type Options = z.output<typeof options>;

/** Self-Refine (Madaan et al. 2023, arXiv:2303.17651): draft, critique, revise. */
export const reflect = defineWorkflow({
  name: "reflect",
  summary:
    "Drafts an answer, has it criticised and revises it. A critique or a revision that is refused or empty leaves " +
    "the answer as it was.",
  options,
  examples: [
    { options: {}, replies: ["17 + 26 = 33", "The tens: 1 + 2, and a carry of 1.", "43"], answer: "43" },
    { options: {}, replies: ["43", "No faults."], answer: "43" },
    { options: { rounds: 2 }, replies: ["a", "not a", "b", "not b", "c"], answer: "c" },
    { options: {}, replies: ["43", "It is wrong.", null], answer: "43" },
    { options: {}, replies: [""], answer: "" },
  ],
  bind: (bound) => ({
    mostCalls: 1 + 2 * bound.rounds,
    others: bound.critic === undefined ? [] : [{ option: "critic", model: bound.critic }],
    resamples: false,
    fields: [],
    start: (given) => refined(given, bound),
  }),
});

function* refined({ prompt }: Given, bound: Options): Script {
  let current = yield* ask({ step: "draft", messages: prompt, model: undefined, purpose: "answer" });
  if (!isSaid(current)) return current;
  for (let round = 1; round <= bound.rounds; round += 1) {
    const answered: readonly Message[] = [...prompt, { role: "assistant", content: current.answer.text }];
    const critique = yield* ask({
      step: `critique ${round}`,
      messages: [...answered, { role: "user", content: bound.critique }],
      model: bound.critic,
      purpose: "aside",
    });
    if (!isSaid(critique) || plain(critique.answer.text) === plain(bound.done)) break;
    const revision = yield* ask({
      step: `revision ${round}`,
      messages: [...answered, { role: "user", content: `${critique.answer.text}\n\n${bound.revise}` }],
      model: undefined,
      purpose: "answer",
    });
    if (!isSaid(revision)) break;
    current = revision;
  }
  return current;
}

function plain(text: string): string {
  return text
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, " ")
    .trim();
}
