import { z } from "zod";
import { READING_HELP, readAnswer, reading } from "./agreement.ts";
import { ask, samplesOf } from "./question.ts";
import { defineWorkflow, type Given, type Reply, type Script } from "./workflow.ts";

const options = z.strictObject({
  to: z
    .string()
    .min(1)
    .describe("The model of the suite that is asked where the first one's answer does not do"),
  read: reading
    .default("answer")
    .describe(`An answer of which this cannot be read does not do. ${READING_HELP}`),
  one_of: z
    .array(z.string().min(1))
    .min(1)
    .optional()
    .describe("What is read must be one of these; case and Markdown aside"),
  agree: z
    .int()
    .min(2)
    .max(10)
    .optional()
    .describe("Asks the first model this often, side by side; answers that differ do not do"),
});
type Options = z.output<typeof options>;

/** Model cascades (Chen et al. 2023, arXiv:2305.05176), with consistency as the check (Yue et al. 2024, arXiv:2310.03094). */
export const fallback = defineWorkflow({
  name: "fallback",
  summary:
    "Asks the target's own model first, and another one where that answer is refused, empty, cut at the token limit, " +
    "or does not pass the checks. No check knows the expected answer.",
  options,
  examples: [
    { options: { to: "dear", one_of: ["billing", "bug"] }, replies: ["**Bug**."], answer: "**Bug**." },
    {
      options: { to: "dear", one_of: ["billing", "bug"] },
      replies: ["a bug, or billing", "bug"],
      answer: "bug",
    },
    {
      options: { to: "dear", read: "json" },
      replies: ['{"total": 4', '{"total": 4}'],
      answer: '{"total": 4}',
    },
    { options: { to: "dear", agree: 2 }, replies: ["bug", "Bug"], answer: "bug" },
    { options: { to: "dear", agree: 2 }, replies: ["bug", "other", "billing"], answer: "billing" },
    { options: { to: "dear" }, replies: [null, "4"], answer: "4" },
  ],
  bind: (bound) => ({
    mostCalls: (bound.agree ?? 1) + 1,
    others: [{ option: "to", model: bound.to }],
    resamples: bound.agree !== undefined,
    fields: [],
    start: (given) => routed(given, bound),
  }),
});

function* routed(given: Given, bound: Options): Script {
  const { prompt: messages } = given;
  const replies = yield samplesOf(messages, bound.agree ?? 1, "try");
  const [first] = replies;
  if (first !== undefined && passes(replies, given, bound)) return first;
  return yield* ask({ step: "fallback", messages, model: bound.to, purpose: "answer" });
}

function passes(replies: readonly Reply[], { read }: Given, { read: by, one_of: allowed }: Options): boolean {
  const said = new Set(replies.map((reply) => readAnswer(reply, by, read)));
  const [only] = said;
  if (said.size !== 1 || only === undefined || replies.some(({ kind }) => kind !== "answered")) return false;
  return allowed === undefined || allowed.some((text) => (read.answer(text) ?? text) === only);
}
