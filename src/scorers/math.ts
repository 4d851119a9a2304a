import { z } from "zod";
import { misformatted, quoted, scored } from "./judgement.ts";
import { findMathAnswer } from "./math-answer.ts";
import { mathEquals } from "./math-equality.ts";
import type { MathValue } from "./math-expression.ts";
import { readMath } from "./math-reader.ts";
import { defineScorer } from "./scorer.ts";

const scalar = z.union([z.string(), z.number()]);

const options = z.strictObject({
  expected: z
    .union([scalar, z.array(scalar).min(1)])
    .transform((given) => (Array.isArray(given) ? given : [given]).map(String))
    .describe("The expected answer in LaTeX or plain notation, or a list of answers of which any is right."),
  tolerance: z
    .number()
    .min(0)
    .default(0)
    .describe("Largest absolute difference of two numbers that are equal."),
  relative_tolerance: z.number().min(0).default(0).describe("The same, as a part of the expected number."),
  strict: z.boolean().default(false).describe("The answer must be the formula and nothing else."),
});

/** Whether the answer is the expected number, formula, set, interval, point, matrix or equation. */
export const math = defineScorer({
  name: "math",
  summary:
    "1 when the answer is the same mathematics as the expected one, however it is written: numbers, fractions, roots, formulas, " +
    "equations, sets, intervals, points and matrices, in LaTeX or plain text. Read by a grammar and compared exactly, or at fixed " +
    "points where letters or irrational numbers are in it. Units, percent and degree signs do not count; `log` is to base 10.",
  options,
  defaults: { expected: "{{ expected }}" },
  examples: [
    { fields: { expected: "\\frac{3}{4}" }, answer: "So it is $\\boxed{0.75}$.", score: 1 },
    { fields: { expected: "(x+1)^2" }, answer: "x^2 + 2x + 1", score: 1 },
    { fields: { expected: "2\\sqrt{3}" }, answer: "The answer is $\\sqrt{12}$.", score: 1 },
    { fields: { expected: "[0, 1) \\cup (2, \\infty)" }, answer: "\\((2,\\infty)\\cup[0,1)\\)", score: 1 },
    { fields: { expected: "\\{1, 2\\}" }, answer: "x = 2 or x = 1", score: 1 },
    { fields: { expected: "1/3" }, answer: "0.33", score: 0, fault: "wrong" },
    { options: { tolerance: 0.01 }, fields: { expected: "1/3" }, answer: "0.33", score: 1 },
    { fields: { expected: "1/3" }, answer: "I do not know.", score: 0, fault: "format", ifFormatFixed: 0 },
    {
      options: { strict: true },
      fields: { expected: 7 },
      answer: "The answer is 7.",
      score: 0,
      fault: "format",
      ifFormatFixed: 1,
    },
  ],
  check({ expected }) {
    const unread = expected.find((one) => readMath(one) === undefined);
    return unread === undefined ? undefined : `expected is no formula of the grammar: ${quoted(unread)}`;
  },
  score({ answer, options }) {
    const found = findMathAnswer(answer);
    if (found === undefined) return misformatted(0, `no formula in ${quoted(answer)}`);
    const tolerance = { absolute: options.tolerance, relative: options.relative_tolerance };
    const readings = [found.value, withoutUnit(found.text)].filter((one) => one !== undefined);
    const isRight = options.expected.some((one) => {
      const wanted = readMath(one);
      return wanted !== undefined && readings.some((value) => mathEquals(value, wanted, tolerance));
    });
    const words = `${found.where} is ${quoted(found.text)}`;
    const reason = isRight
      ? words
      : `expected ${options.expected.map((one) => quoted(one)).join(" or ")}, ${words}`;
    if (options.strict && !found.isBare)
      return misformatted(isRight ? 1 : 0, `more than the formula was said; ${reason}`);
    return scored(isRight ? 1 : 0, reason);
  },
});

/** `5 cm` may be meant as 5, and not as a product of letters. */
function withoutUnit(text: string): MathValue | undefined {
  const number = /^(.*\d[)}]*)\s+[a-zA-Z]{2,4}(?:\^?[23])?$/.exec(text)?.[1];
  return number === undefined ? undefined : readMath(number);
}
