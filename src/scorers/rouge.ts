import { z } from "zod";
import { accepted } from "./accepted.ts";
import { CELL_LIMIT, commonSubsequence } from "./common-subsequence.ts";
import { quoted, scored, unscored } from "./judgement.ts";
import { HEAVY_OF_WORDS, lengthOf, longerThan } from "./long-text.ts";
import { countNgrams, sharedNgrams } from "./ngrams.ts";
import { defineScorer } from "./scorer.ts";
import { wordTokens } from "./tokens.ts";

const options = z.strictObject({
  expected: accepted.describe("The expected text, or a list of texts of which the best match counts."),
  variant: z
    .enum(["rouge-1", "rouge-2", "rouge-l"])
    .default("rouge-l")
    .describe("What is shared: words, pairs of words, or the longest common run of words, gaps allowed."),
  measure: z
    .enum(["f1", "precision", "recall"])
    .default("f1")
    .describe("Share of the expected text that is there (`recall`), of the answer (`precision`), or both."),
});
type Options = z.output<typeof options>;

const isLong = longerThan(10_000);

/** Overlap of words with a reference, as summaries are scored. */
export const rouge = defineScorer({
  name: "rouge",
  summary:
    "ROUGE-1, ROUGE-2 or ROUGE-L (Lin 2004): overlap of words, without stemming. A weak metric: it rewards the same words, not the " +
    "same meaning, and says little about single answers; prefer a judge or facts that can be checked.",
  options,
  defaults: { expected: "{{ expected }}" },
  examples: [
    { fields: { expected: "police kill the gunman" }, answer: "Police killed the gunman.", score: 0.75 },
    {
      options: { variant: "rouge-2" },
      fields: { expected: "the cat is on the mat" },
      answer: "the cat sat on the mat",
      score: 0.6,
    },
    {
      options: { variant: "rouge-1", measure: "recall" },
      fields: { expected: ["a b", "a b c d"] },
      answer: "d c b a e f",
      score: 1,
    },
    { fields: { expected: "a refund" }, answer: "Nothing of the kind", score: 0 },
  ],
  isHeavy: (answer, options) =>
    isLong(answer, options) ||
    (options.variant === "rouge-l" && answer.length * lengthOf(options.expected) > HEAVY_OF_WORDS),
  score({ answer, options: { expected, variant, measure } }) {
    const given = wordTokens(answer);
    const wanted = expected.map((text) => ({ text, tokens: wordTokens(text) }));
    const cells = wanted.reduce((sum, { tokens }) => sum + tokens.length * given.length, 0);
    if (variant === "rouge-l" && cells > CELL_LIMIT) {
      return unscored("too-long", "the texts are too long to compare");
    }
    const best = wanted
      .map(({ text, tokens }) => ({ text, value: overlap(given, tokens, variant)[measure] }))
      .reduce((left, right) => (right.value > left.value ? right : left));
    return scored(best.value, `${variant} ${measure} ${best.value.toFixed(3)} with ${quoted(best.text)}`);
  },
});

function overlap(
  given: readonly string[],
  wanted: readonly string[],
  variant: Options["variant"],
): { readonly [measure in Options["measure"]]: number } {
  const size = variant === "rouge-2" ? 2 : 1;
  const shared =
    variant === "rouge-l"
      ? commonSubsequence(given, wanted)
      : sharedNgrams(countNgrams(given, size), countNgrams(wanted, size));
  const runs = (tokens: readonly string[]) => Math.max(tokens.length - size + 1, 0);
  const share = (whole: number) => (whole === 0 ? 0 : shared / whole);
  const [precision, recall] = [share(runs(given)), share(runs(wanted))];
  return { precision, recall, f1: shared === 0 ? 0 : (2 * precision * recall) / (precision + recall) };
}
