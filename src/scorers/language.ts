import { z } from "zod";
import { misformatted, quoted, scored } from "./judgement.ts";
import { detectLanguage, KNOWN_LANGUAGES } from "./language-detector.ts";
import { longerThan } from "./long-text.ts";
import { defineScorer } from "./scorer.ts";

const known = z.enum([...KNOWN_LANGUAGES].sort());

const options = z.strictObject({
  expected: z
    .union([known, z.array(known).min(1)])
    .describe(`ISO 639-1 code, or a list of codes of which any is right: ${KNOWN_LANGUAGES.join(", ")}.`),
});

/** Whether the answer is in the language that was asked for. */
export const language = defineScorer({
  name: "language",
  summary:
    "1 when most of the answer is in the expected language, told from its script, common words and letters. " +
    "Sure from a sentence on, not for single words; close relatives (Danish and Norwegian) can be confused.",
  options,
  defaults: { expected: "{{ language }}" },
  examples: [
    {
      fields: { language: "de" },
      answer: "Das ist eine gute Frage, und die Antwort ist nicht einfach.",
      score: 1,
    },
    { fields: { language: "de" }, answer: "That is a good question and not easy to answer.", score: 0 },
    { options: { expected: ["fr", "it"] }, answer: "La risposta è che non lo sappiamo ancora.", score: 1 },
    { options: { expected: "ja" }, answer: "これは良い質問です。", score: 1 },
    { options: { expected: "en" }, answer: "42", score: 0, fault: "format", ifFormatFixed: 0 },
  ],
  // Each word is looked up in each language.
  isHeavy: longerThan(1000),
  score({ answer, options: { expected } }) {
    const wanted = typeof expected === "string" ? [expected] : expected;
    const names = wanted.join(" or ");
    const found = detectLanguage(answer);
    if (found.kind === "unknown") {
      return misformatted(
        0,
        `expected ${names}; the language of ${quoted(answer)} cannot be told: ${found.reason}`,
      );
    }
    return wanted.includes(found.code)
      ? scored(1, `the answer is in ${found.code}`)
      : scored(0, `expected ${names}, the answer is in ${found.code}`);
  },
});
