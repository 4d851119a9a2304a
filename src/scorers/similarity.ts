import { z } from "zod";
import { accepted } from "./accepted.ts";
import { CELL_LIMIT, commonSubsequence } from "./common-subsequence.ts";
import { quoted, scored, unscored } from "./judgement.ts";
import { HEAVY_OF_WORDS, lengthOf, longerThan } from "./long-text.ts";
import { defineScorer } from "./scorer.ts";
import { wordTokens } from "./tokens.ts";

const options = z.strictObject({
  expected: accepted.describe("The expected text, or a list of texts of which the best match counts."),
  method: z
    .enum(["levenshtein", "rouge-l"])
    .default("levenshtein")
    .describe(
      "`levenshtein`: 1 less edits per character of the longer text. `rouge-l`: F1 of the longest common run of words, gaps allowed.",
    ),
  ignore_case: z
    .boolean()
    .default(false)
    .describe("Upper and lower case are the same (always, for `rouge-l`)."),
});

/** Characters of the answer times those expected: from here on their edits take more than some 5 ms. */
const HEAVY_OF_CHARACTERS = 1e6;

const isLong = longerThan(10_000);

/** How alike the answer and the expected text are. */
export const similarity = defineScorer({
  name: "similarity",
  summary: "How alike the answer is to the expected text, by characters or by words.",
  options,
  defaults: { expected: "{{ expected }}" },
  examples: [
    { fields: { expected: "kitten" }, answer: "kitten", score: 1 },
    { fields: { expected: "abcd" }, answer: "abxd", score: 0.75, fault: "wrong" },
    {
      options: { method: "rouge-l" },
      fields: { expected: "the cat sat here" },
      answer: "The cat, he sat.",
      score: 0.75,
    },
    { fields: { expected: "abc" }, answer: "", score: 0 },
  ],
  isHeavy: (answer, options) =>
    isLong(answer, options) ||
    answer.length * lengthOf(options.expected) >
      (options.method === "rouge-l" ? HEAVY_OF_WORDS : HEAVY_OF_CHARACTERS),
  score({ answer, options: { expected, method, ignore_case } }) {
    const split = (text: string): readonly string[] =>
      method === "rouge-l" ? wordTokens(text) : [...(ignore_case ? text.toLowerCase() : text).trim()];
    const given = split(answer);
    const wanted = expected.map((text) => ({ text, tokens: split(text) }));
    const cells = wanted.reduce((sum, { tokens }) => sum + tokens.length * given.length, 0);
    if (cells > CELL_LIMIT) return unscored("too-long", "the texts are too long to compare");
    const measure = method === "rouge-l" ? rougeL : levenshteinRatio;
    const best = wanted
      .map(({ text, tokens }) => ({ text, value: measure(given, tokens) }))
      .reduce((left, right) => (right.value > left.value ? right : left));
    return scored(best.value, `${method} ${best.value.toFixed(2)} with ${quoted(best.text)}`);
  },
});

/** 1 less the edit distance per item of the longer sequence. */
function levenshteinRatio(left: readonly string[], right: readonly string[]): number {
  const longest = Math.max(left.length, right.length);
  if (longest === 0) return 1;
  const row = Uint32Array.from({ length: right.length + 1 }, (_, index) => index);
  left.forEach((item, at) => {
    let diagonal = row[0] ?? 0;
    row[0] = at + 1;
    for (let index = 1; index < row.length; index++) {
      const above = row[index] ?? 0;
      const substituted = diagonal + (item === right[index - 1] ? 0 : 1);
      row[index] = Math.min(substituted, above + 1, (row[index - 1] ?? 0) + 1);
      diagonal = above;
    }
  });
  return 1 - (row[right.length] ?? 0) / longest;
}

/** F1 over the longest common subsequence of words (Lin 2004, ROUGE-L with equal weights). */
function rougeL(left: readonly string[], right: readonly string[]): number {
  if (left.length === 0 || right.length === 0) return left.length === right.length ? 1 : 0;
  return (2 * commonSubsequence(left, right)) / (left.length + right.length);
}
