import { z } from "zod";
import type { Score } from "../domain/score.ts";
import { accepted } from "./accepted.ts";
import { misformatted, quoted, scored } from "./judgement.ts";
import { firstDifference, visibleForm } from "./look-alike.ts";
import { defineScorer } from "./scorer.ts";

const options = z.strictObject({
  expected: accepted.describe("The expected text, or a list of texts of which any is right."),
  trim: z.boolean().default(true).describe("White space at both ends does not count."),
  ignore_case: z.boolean().default(false).describe("Upper and lower case are the same."),
  ignore_whitespace: z.boolean().default(false).describe("A run of white space is one space."),
  unicode: z
    .enum(["code-points", "nfc", "nfkc"])
    .default("code-points")
    .describe("How characters are compared: as they stand, or after Unicode normalisation."),
});
type Options = z.output<typeof options>;

/** Whether the answer is the expected text. */
export const exact = defineScorer({
  name: "exact",
  summary: "1 when the answer is the expected text, white space at its ends aside.",
  options,
  defaults: { expected: "{{ expected }}" },
  examples: [
    { fields: { expected: "42" }, answer: " 42\n", score: 1 },
    { fields: { expected: 42 }, answer: "43", score: 0, fault: "wrong" },
    { fields: { expected: ["UK", "United Kingdom"] }, answer: "United Kingdom", score: 1 },
    { options: { ignore_case: true }, fields: { expected: "Yes" }, answer: "yes", score: 1 },
    { fields: { expected: "Yes" }, answer: "**yes**.", score: 0, fault: "format", ifFormatFixed: 1 },
    { fields: { expected: "caf\u00e9" }, answer: "cafe\u0301", score: 0, fault: "format", ifFormatFixed: 1 },
    { options: { unicode: "nfc" }, fields: { expected: "caf\u00e9" }, answer: "cafe\u0301", score: 1 },
  ],
  score({ answer, options }) {
    const given = normalise(answer, options);
    if (options.expected.some((text) => normalise(text, options) === given)) {
      return scored(1, "the answer is the expected text");
    }
    return nearMiss(given, options) ?? scored(0, `expected ${list(options.expected)}, got ${quoted(answer)}`);
  },
});

function normalise(text: string, { trim, ignore_case, ignore_whitespace, unicode }: Options): string {
  const ended = trim ? text.trim() : text;
  const spaced = ignore_whitespace ? ended.replace(/\s+/g, " ") : ended;
  const formed = unicode === "code-points" ? spaced : spaced.normalize(unicode.toUpperCase());
  return ignore_case ? formed.toLowerCase() : formed;
}

/** An answer that is this much longer is no look-alike, and forms of a very long one would take long to make. */
const NEAR = 8;
const FAR = 1000;

function nearMiss(answer: string, options: Options): Score | undefined {
  for (const text of options.expected) {
    const wanted = normalise(text, options);
    if (answer.length > FAR + NEAR * wanted.length) continue;
    if (answer.normalize("NFC") === wanted.normalize("NFC")) {
      return misformatted(1, `the same text in another Unicode form: ${firstDifference(answer, wanted)}`);
    }
    if (visibleForm(answer) === visibleForm(wanted)) {
      return misformatted(1, `looks the same, but ${firstDifference(answer, wanted)}`);
    }
    if (unwrap(answer) === unwrap(wanted)) {
      return misformatted(
        1,
        `expected ${quoted(text)}; ${quoted(answer)} differs in case or punctuation only`,
      );
    }
  }
  return undefined;
}

const WRAPPING = new Set("*_`\"'()[].! ");

/** Without Markdown, quotes, closing punctuation, case and runs of white space. */
function unwrap(text: string): string {
  const plain = visibleForm(text).toLowerCase().replace(/\s+/g, " ");
  let start = 0;
  let end = plain.length;
  while (start < end && WRAPPING.has(plain.charAt(start))) start++;
  while (end > start && WRAPPING.has(plain.charAt(end - 1))) end--;
  return start === end ? plain : plain.slice(start, end);
}

function list(texts: readonly string[]): string {
  const shown = texts.slice(0, 5).map((text) => quoted(text));
  return texts.length > 5 ? `one of ${texts.length}: ${shown.join(", ")}, …` : shown.join(" or ");
}
