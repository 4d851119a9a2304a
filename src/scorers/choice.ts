import { z } from "zod";
import { misformatted, quoted, scored } from "./judgement.ts";
import { type ChoiceOption, foldOption, readOption } from "./option-reader.ts";
import { defineScorer } from "./scorer.ts";

const texts = z.array(z.union([z.string().min(1), z.number(), z.boolean()])).min(2);

const options = z.strictObject({
  options: texts.describe(
    "What may be answered: labels (`[billing, bug]`), letters (`[A, B]`), or the choices' texts.",
  ),
  choices: texts.optional().describe("The texts behind the letters, where `options` are letters."),
  expected: z
    .union([z.string(), z.number(), z.boolean()])
    .describe("The right option: its text, its letter, or its number counted from 0."),
  strict: z.boolean().default(false).describe("The answer must be the option and nothing else."),
});
type Options = z.output<typeof options>;

/** Whether the answer picks the expected option. */
export const choice = defineScorer({
  name: "choice",
  summary: "1 when the answer picks the expected one of the given options.",
  options,
  defaults: { expected: "{{ expected }}" },
  examples: [
    {
      options: { options: ["billing", "bug", "other"], expected: "{{ label }}" },
      fields: { label: "bug" },
      answer: "Bug.",
      score: 1,
    },
    {
      options: { options: ["A", "B", "C"] },
      fields: { expected: "B" },
      answer: "The answer is **(B)**.",
      score: 1,
    },
    {
      options: { options: "{{ choices }}" },
      fields: { choices: ["a lion", "a bee"], expected: 1 },
      answer: "B) a bee",
      score: 1,
    },
    {
      options: { options: ["A", "B", "C"] },
      fields: { expected: "B" },
      answer: "C",
      score: 0,
      fault: "wrong",
    },
    {
      options: { options: ["spam", "not spam"] },
      fields: { expected: "spam" },
      answer: "It could be spam, or not spam.",
      score: 0,
      fault: "format",
    },
    {
      options: { options: ["yes", "no"], strict: true },
      fields: { expected: "yes" },
      answer: "The answer is yes.",
      score: 0,
      fault: "format",
      ifFormatFixed: 1,
    },
  ],
  check(options) {
    if (options.choices !== undefined && options.choices.length !== options.options.length) {
      return `there are ${options.options.length} options and ${options.choices.length} choices`;
    }
    const { index } = resolve(options);
    const names = options.options.map((option) => quoted(String(option))).join(", ");
    return index === undefined
      ? `expected ${quoted(String(options.expected))} is none of ${names}`
      : undefined;
  },
  score({ answer, options }) {
    const { shelf, index: expected } = resolve(options);
    const found = readOption(answer, shelf);
    const name = (index: number) => quoted(String(options.options[index] ?? index));
    if (found.kind === "none") return misformatted(0, `no option in ${quoted(answer)}`);
    if (found.kind === "ambiguous") {
      return misformatted(0, `the answer names several options: ${found.indexes.map(name).join(", ")}`);
    }
    const isRight = found.index === expected;
    const reason = isRight
      ? `the answer is ${name(found.index)}`
      : `expected ${name(expected ?? -1)}, the answer is ${name(found.index)}`;
    if (options.strict && !found.isBare)
      return misformatted(isRight ? 1 : 0, `more than the option was said; ${reason}`);
    return scored(isRight ? 1 : 0, reason);
  },
});

/** The options as letters and texts, and the index of the expected one. */
function resolve({ options, choices, expected }: Options): {
  readonly shelf: readonly ChoiceOption[];
  readonly index: number | undefined;
} {
  const names = options.map(String);
  const labels = names.every((name) => /^[A-Z\d]$/i.test(name))
    ? names.map((name) => name.toUpperCase())
    : undefined;
  const texts = choices?.map(String) ?? (labels === undefined ? names : undefined);
  const wanted = foldOption(String(expected));
  const same = (name: string) => foldOption(name) === wanted;
  const byName = Math.max(names.findIndex(same), texts?.findIndex(same) ?? -1);
  const letters = labels ?? names.map((_, index) => String.fromCharCode(65 + index));
  const byLetter = typeof expected === "number" ? expected : letters.findIndex(same);
  const index = byName >= 0 ? byName : byLetter;
  // Letters mean something only where the suite uses them; `A` is not `billing` otherwise.
  const usesLetters = labels !== undefined || byName < 0;
  const shelf = names.map((_, at) => ({ letter: usesLetters ? letters[at] : undefined, text: texts?.[at] }));
  return { shelf, index: Number.isInteger(index) && index >= 0 && index < names.length ? index : undefined };
}
