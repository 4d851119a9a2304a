import { z } from "zod";
import { accepted } from "./accepted.ts";
import { quoted, scored } from "./judgement.ts";
import { countNgrams, sharedNgrams } from "./ngrams.ts";
import { defineScorer } from "./scorer.ts";

const LONGEST = 4;

const options = z.strictObject({
  expected: accepted.describe("The expected text, or a list of texts that all count as references."),
  unit: z
    .enum(["words", "chars"])
    .default("words")
    .describe("What is compared; `chars` for scripts without spaces."),
  ignore_case: z.boolean().default(false).describe("Upper and lower case are the same."),
});

/** Overlap of n-grams with references, as translations are scored. */
export const bleu = defineScorer({
  name: "bleu",
  summary:
    "Sentence BLEU (Papineni et al. 2002), as sacreBLEU computes it with its defaults (13a tokens, exponential smoothing, effective " +
    "order), divided by 100. A weak metric: made for whole corpora, noisy for single answers, blind to meaning.",
  options,
  defaults: { expected: "{{ expected }}" },
  examples: [
    { fields: { expected: "The dog bit the man." }, answer: "The dog bit the man.", score: 1 },
    {
      fields: { expected: ["the cat is on the mat"] },
      answer: "the cat sat on the mat",
      score: Math.exp((Math.log(5 / 6) + Math.log(3 / 5) + Math.log(1 / 4) + Math.log(1 / 6)) / LONGEST),
      fault: "wrong",
    },
    { fields: { expected: "completely different words" }, answer: "nothing in common", score: 0 },
  ],
  score({ answer, options: { expected, unit, ignore_case } }) {
    const split = (text: string) => {
      const folded = ignore_case ? text.toLowerCase() : text;
      return unit === "chars" ? [...folded.replace(/\s/g, "")] : tokens13a(folded);
    };
    const value = sentenceBleu(split(answer), expected.map(split));
    const whom = expected.length === 1 ? quoted(expected[0] ?? "") : `${expected.length} references`;
    return scored(value, `BLEU ${(100 * value).toFixed(1)} with ${whom}`);
  },
});

/** BLEU of one sentence with exponential smoothing and effective order (Post 2018, sacreBLEU), in [0, 1]. */
function sentenceBleu(given: readonly string[], references: readonly (readonly string[])[]): number {
  const logs: number[] = [];
  let smoothing = 1;
  for (let size = 1; size <= LONGEST && given.length >= size; size++) {
    const counts = countNgrams(given, size);
    const shared = sharedNgrams(counts, mostOften(references, size));
    if (size === 1 && shared === 0) return 0;
    if (shared === 0) smoothing *= 2;
    logs.push(Math.log((shared === 0 ? 1 / smoothing : shared) / (given.length - size + 1)));
  }
  if (logs.length === 0) return 0;
  const closest = references
    .map(({ length }) => length)
    .reduce((best, one) => {
      const [left, right] = [Math.abs(best - given.length), Math.abs(one - given.length)];
      return right < left || (right === left && one < best) ? one : best;
    });
  const brevity = Math.min(0, 1 - closest / given.length);
  // A sum of logarithms that is 0 but for rounding is an exact match.
  return Math.min(1, Math.exp(brevity + logs.reduce((sum, one) => sum + one, 0) / logs.length));
}

/** Each run of tokens as often as the reference that has it most. */
function mostOften(references: readonly (readonly string[])[], size: number): ReadonlyMap<string, number> {
  const most = new Map<string, number>();
  for (const reference of references) {
    for (const [key, count] of countNgrams(reference, size))
      most.set(key, Math.max(most.get(key) ?? 0, count));
  }
  return most;
}

/** The tokens of mteval-v13a, sacreBLEU's default. */
function tokens13a(text: string): readonly string[] {
  return ` ${text.replaceAll("<skipped>", "").replaceAll("-\n", "").replaceAll("\n", " ")} `
    .replaceAll("&quot;", '"')
    .replaceAll("&amp;", "&")
    .replaceAll("&lt;", "<")
    .replaceAll("&gt;", ">")
    .replace(/([{-~[-` -&(-+:-@/])/g, " $1 ")
    .replace(/([^0-9])([.,])/g, "$1 $2 ")
    .replace(/([.,])([^0-9])/g, " $1 $2")
    .replace(/([0-9])(-)/g, "$1 $2 ")
    .split(/\s+/)
    .filter((token) => token !== "");
}
