import { z } from "zod";
import { markedAnswers } from "./answer-marker.ts";
import { misformatted, quoted, scored } from "./judgement.ts";
import { type DecimalSign, type NumberReading, plainNumbers, readNumbers } from "./number-reader.ts";
import { defineScorer } from "./scorer.ts";

const options = z.strictObject({
  expected: z.union([z.number(), z.string()]).describe("The expected number; a text is read as answers are."),
  tolerance: z.number().min(0).default(0).describe("Largest absolute difference that counts as equal."),
  relative_tolerance: z.number().min(0).default(0).describe("The same, as a part of the expected number."),
  pick: z
    .enum(["auto", "last", "first", "whole"])
    .default("auto")
    .describe(
      "Which number: `auto` prefers a JSON answer field, a box, `####`, `the answer is` and else the last; `whole` wants nothing but the number.",
    ),
  field: z.string().min(1).default("answer").describe("Name of the JSON field that `auto` looks for."),
  decimal: z
    .enum(["auto", ".", ","])
    .default("auto")
    .describe("The decimal sign; `auto` tells it from the digits, and reads `1,234` as 1234."),
  percent: z
    .enum(["number", "fraction"])
    .default("number")
    .describe("Whether `45%` is 45 or 0.45; the same for answer and expected."),
});
type Options = z.output<typeof options>;

/** Whether the number in the answer is the expected one. */
export const numeric = defineScorer({
  name: "numeric",
  summary: "1 when the number that the answer ends on, or marks as its answer, is the expected number.",
  options,
  defaults: { expected: "{{ expected }}" },
  examples: [
    { fields: { expected: 1234 }, answer: "That makes $1,234.00 in all.", score: 1 },
    { fields: { expected: "42" }, answer: "6 times 7 is 41", score: 0, fault: "wrong" },
    { fields: { expected: 42 }, answer: "I do not know.", score: 0, fault: "format", ifFormatFixed: 0 },
    { fields: { expected: 0.75 }, answer: "So \\boxed{\\frac{3}{4}} of 12 eggs.", score: 1 },
    { fields: { expected: 70 }, answer: '{"answer": "70 minutes"} (that is 1 hour 10)', score: 1 },
    { options: { tolerance: 0.01 }, fields: { expected: 2.6667 }, answer: "About 2.67", score: 1 },
    {
      options: { pick: "whole" },
      fields: { expected: 7 },
      answer: "It is 7.",
      score: 0,
      fault: "format",
      ifFormatFixed: 1,
    },
    { fields: { expected: "1234,5" }, answer: "Das sind 1.234,5 Euro.", score: 1 },
  ],
  check: ({ expected, decimal }) =>
    readExpected(expected, decimal) === undefined
      ? `expected is not a number: ${quoted(String(expected))}`
      : undefined,
  score({ answer, options }) {
    const expected = readExpected(options.expected, options.decimal);
    const picked = pickNumber(answer, options);
    if (expected === undefined || picked === undefined)
      return misformatted(0, `no number in ${quoted(answer)}`);
    const isRight = matches(picked.number, expected, options);
    const reason = isRight
      ? `${picked.where} is ${picked.number.text}`
      : `expected ${expected.text}, ${picked.where} is ${picked.number.text}`;
    if (options.pick === "whole" && !isWhole(answer, picked.number)) {
      return misformatted(isRight ? 1 : 0, `the answer is not a number alone; ${reason}`);
    }
    return scored(isRight ? 1 : 0, reason);
  },
});

function readExpected(expected: number | string, decimal: DecimalSign): NumberReading | undefined {
  if (typeof expected === "number") {
    const text = String(expected);
    return Number.isFinite(expected)
      ? { value: expected, bare: expected, isPercent: false, text, index: 0 }
      : undefined;
  }
  const numbers = readNumbers(expected, decimal);
  return numbers.length === 1 ? numbers[0] : undefined;
}

interface Picked {
  readonly number: NumberReading;
  readonly where: string;
}

function pickNumber(answer: string, options: Options): Picked | undefined {
  const numbers = readNumbers(answer, options.decimal);
  if (options.pick === "auto") {
    for (const marked of markedAnswers(answer, options.field)) {
      // `3 + 4 = 7` ends on its result; otherwise the first number is the answer and what follows explains it.
      const content = marked.content.slice(marked.content.lastIndexOf("=") + 1);
      const [number] = readNumbers(content, options.decimal);
      if (number !== undefined) return { number, where: `the number of the ${marked.by}` };
      if (marked.isExplicit) return undefined;
    }
  }
  const isFirst = options.pick === "first" || options.pick === "whole";
  const number = isFirst ? numbers[0] : numbers.at(-1);
  return number && { number, where: `the ${isFirst ? "first" : "last"} number` };
}

function matches(answer: NumberReading, expected: NumberReading, options: Options): boolean {
  const scale = (reading: NumberReading, value: number) =>
    options.percent === "fraction" && reading.isPercent ? value / 100 : value;
  const wanted = scale(expected, expected.value);
  // Far below any rounding that a person would write down, far above that of binary fractions.
  const slack = Math.abs(wanted) * 1e-9;
  const limit = Math.max(options.tolerance + slack, Math.abs(wanted) * options.relative_tolerance, slack);
  return [answer.value, answer.bare].some((value) => Math.abs(scale(answer, value) - wanted) <= limit);
}

function isWhole(answer: string, number: NumberReading): boolean {
  return plainNumbers(answer).trim() === number.text;
}
