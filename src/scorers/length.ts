import { z } from "zod";
import { scored } from "./judgement.ts";
import { defineScorer } from "./scorer.ts";

const options = z
  .strictObject({
    unit: z
      .enum(["chars", "words", "lines", "sentences"])
      .describe("What is counted. `lines` leaves blank ones out."),
    min: z.int().min(0).optional().describe("At least so many."),
    max: z.int().min(0).optional().describe("At most so many."),
  })
  .refine(({ min, max }) => min !== undefined || max !== undefined, { message: "give min, max, or both" })
  .refine(({ min, max }) => (min ?? 0) <= (max ?? Number.POSITIVE_INFINITY), { message: "min is above max" });
type Unit = z.output<typeof options>["unit"];

/** Whether the answer is as long as asked. */
export const length = defineScorer({
  name: "length",
  summary: "1 when the answer has at least `min` and at most `max` characters, words, lines or sentences.",
  options,
  examples: [
    { options: { unit: "words", max: 5 }, answer: "Short and to the point.", score: 1 },
    {
      options: { unit: "sentences", min: 1, max: 1 },
      answer: "It broke. We fixed it.",
      score: 0,
      fault: "wrong",
    },
    { options: { unit: "lines", min: 2 }, answer: "one\n\ntwo\n", score: 1 },
    { options: { unit: "chars", max: 3 }, answer: "naïve", score: 0 },
  ],
  score({ answer, options: { unit, min = 0, max = Number.POSITIVE_INFINITY } }) {
    const count = counters[unit](answer.trim());
    const isRight = count >= min && count <= max;
    const asked =
      count < min ? `, at least ${min} were asked for` : count > max ? `, at most ${max} were asked for` : "";
    return scored(isRight ? 1 : 0, `${count} ${unit}${asked}`);
  },
});

const counters: { readonly [unit in Unit]: (text: string) => number } = {
  chars: (text) => [...text].length,
  words: (text) => text.split(/\s+/).reduce((sum, token) => sum + wordsOf(token), 0),
  lines: (text) => text.split(/\r\n|[\n\r]/).filter((line) => line.trim() !== "").length,
  sentences: (text) => text.split(/[\n\r]+/).reduce((sum, line) => sum + sentencesOf(line), 0),
};

const UNSPACED =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]/u;

/** What stands between spaces is a word; scripts without spaces are split by dictionary. */
function wordsOf(token: string): number {
  if (!/[\p{L}\p{N}]/u.test(token)) return 0;
  return UNSPACED.test(token) ? count(token, "word", (part) => part.isWordLike === true) : 1;
}

function sentencesOf(line: string): number {
  return count(line, "sentence", (part) => /[\p{L}\p{N}]/u.test(part.segment));
}

// The segmenter takes quadratic time in the length of its text.
const PIECE = 2000;

function count(
  text: string,
  granularity: "word" | "sentence",
  counts: (part: Intl.SegmentData) => boolean,
): number {
  // One fixed locale, so that a count does not depend on the machine.
  const segmenter = new Intl.Segmenter("en", { granularity });
  let total = 0;
  let start = 0;
  while (start < text.length) {
    const parts = [...segmenter.segment(text.slice(start, start + PIECE))];
    const last = parts.at(-1);
    // The last part of a piece may go on in the next: it is counted there, unless it fills the piece.
    const goesOn = start + PIECE < text.length && last !== undefined && last.index > 0;
    total += (goesOn ? parts.slice(0, -1) : parts).filter(counts).length;
    start += goesOn ? last.index : PIECE;
  }
  return total;
}
