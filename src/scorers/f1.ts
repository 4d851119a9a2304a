import { z } from "zod";
import { accepted } from "./accepted.ts";
import { quoted, scored } from "./judgement.ts";
import { defineScorer } from "./scorer.ts";
import { normalisedTokens } from "./tokens.ts";

const options = z.strictObject({
  expected: accepted.describe("The expected text, or a list of texts of which the best match counts."),
});

/** How many words the answer shares with the expected text. */
export const f1 = defineScorer({
  name: "f1",
  summary:
    "Harmonic mean of precision and recall over words, as for SQuAD: case, punctuation and English articles do not count.",
  options,
  defaults: { expected: "{{ expected }}" },
  examples: [
    { fields: { expected: "the Eiffel Tower" }, answer: "Eiffel Tower.", score: 1 },
    { fields: { expected: ["NYC", "New York City"] }, answer: "New York", score: 0.8, fault: "wrong" },
    { fields: { expected: "blue" }, answer: "red", score: 0 },
  ],
  score({ answer, options: { expected } }) {
    const given = normalisedTokens(answer);
    const best = expected
      .map((text) => ({ text, value: tokenF1(given, normalisedTokens(text)) }))
      .reduce((left, right) => (right.value > left.value ? right : left));
    return scored(best.value, `word overlap ${best.value.toFixed(2)} with ${quoted(best.text)}`);
  },
});

/** F1 of two bags of words; two empty ones are equal. Source: Rajpurkar et al. 2016, section 6.1. */
export function tokenF1(answer: readonly string[], expected: readonly string[]): number {
  if (answer.length === 0 || expected.length === 0) return answer.length === expected.length ? 1 : 0;
  const counts = new Map<string, number>();
  for (const token of expected) counts.set(token, (counts.get(token) ?? 0) + 1);
  let shared = 0;
  for (const token of answer) {
    const left = counts.get(token) ?? 0;
    if (left > 0) shared++;
    counts.set(token, left - 1);
  }
  return (2 * shared) / (answer.length + expected.length);
}
