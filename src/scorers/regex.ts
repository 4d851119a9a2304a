import { z } from "zod";
import { quoted, scored, unscored } from "./judgement.ts";
import { needsTimeLimit, testPattern } from "./safe-pattern.ts";
import { defineScorer } from "./scorer.ts";
import { MATCH_LIMIT_MS } from "./time-box.ts";

const options = z.strictObject({
  pattern: z.string().min(1).describe("A JavaScript regular expression, without slashes."),
  flags: z
    .string()
    .regex(/^[imsuv]*$/, "flags are any of i, m, s, u, v")
    .default("")
    .describe("Flags of the expression: `i`, `m`, `s`, `u`, `v`."),
  full: z.boolean().default(false).describe("The whole answer, trimmed, must match; not just a part."),
  none: z.boolean().default(false).describe("Turns it round: the answer must not match."),
});

/** Whether the answer matches a regular expression. */
export const regex = defineScorer({
  name: "regex",
  summary: "1 when the answer matches a regular expression. A match that takes more than 250 ms is unscored.",
  options,
  examples: [
    { options: { pattern: "^ticket-\\d+$" }, answer: "ticket-17", score: 1 },
    { options: { pattern: "ticket-\\d+", full: true }, answer: "It is ticket-17", score: 0, fault: "wrong" },
    { options: { pattern: "sorry", flags: "i", none: true }, answer: "Sorry, I cannot.", score: 0 },
    { options: { pattern: "^(a+)+$" }, answer: `${"a".repeat(40)}!`, score: "unscored" },
  ],
  isHeavy: (answer, { pattern }) => needsTimeLimit(pattern, answer),
  check: ({ pattern, flags }) => compile(pattern, flags).fault,
  score({ answer, options: { pattern, flags, full, none } }) {
    const { expression } = compile(full ? `^(?:${pattern})$` : pattern, flags);
    if (expression === undefined)
      return unscored("bad-options", `the pattern ${quoted(pattern)} does not compile`);
    const matches = testPattern(expression, full ? answer.trim() : answer);
    if (matches === "timeout") {
      return unscored("regex-timeout", `matching ${quoted(pattern)} took more than ${MATCH_LIMIT_MS} ms`);
    }
    const words = matches ? "the answer matches" : "the answer does not match";
    return scored(matches === none ? 0 : 1, `${words} /${pattern}/${flags}`);
  },
});

function compile(
  pattern: string,
  flags: string,
): { readonly expression: RegExp | undefined; readonly fault: string | undefined } {
  try {
    return { expression: new RegExp(pattern, flags), fault: undefined };
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return { expression: undefined, fault: `pattern: ${error.message}` };
  }
}
