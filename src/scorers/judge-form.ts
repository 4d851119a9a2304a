import { z } from "zod";
import type { JsonObject } from "../domain/json.ts";
import type { VerdictForm } from "../domain/judge.ts";

/** How an answer is judged: what the judge is told, the form of its verdict, and the score that a verdict is. */
export interface JudgeForm {
  /** Its name in the journal: `rubric`, `questions`. */
  readonly name: string;
  readonly asked: VerdictForm;
  readonly instructions: string;
  /** The verdict in JSON, for the judge. */
  readonly form: string;
  /** From the verdict that the judge gave, without its id and its reasons. */
  readonly verdict: z.ZodType<FormVerdict>;
}

/** A verdict and what it is worth. */
export interface FormVerdict {
  /** In [0, 1]. */
  readonly score: number;
  /** `4 of 5`, `yes, no`. */
  readonly words: string;
}

/** A rubric with a scale from 1, and what its steps mean. */
export interface Rubric {
  readonly rubric: string;
  readonly scale: number;
  readonly anchors: { readonly [step: string]: string };
}

/** One whole number from 1 to the scale's end. */
export function rubricForm({ rubric, scale, anchors }: Rubric): JudgeForm {
  const steps = Object.entries(anchors).sort(([left], [right]) => Number(left) - Number(right));
  const ends = steps.length > 0 ? [] : [["1", "not at all"] as const, [String(scale), "in full"] as const];
  const meaning = [...steps, ...ends].map(([step, words]) => `${step}: ${words}`);
  return {
    name: "rubric",
    asked: { kind: "rubric", scale },
    instructions: [
      "Judge the answer to the task by this rubric:",
      rubric,
      `Give a whole number from 1 to ${scale}:`,
      meaning.join("\n"),
    ].join("\n\n"),
    form: `"score": <1 to ${scale}>`,
    verdict: z
      .strictObject({ score: z.int().min(1).max(scale) })
      .transform(({ score }) => ({ score: (score - 1) / (scale - 1), words: `${score} of ${scale}` })),
  };
}

/** A yes or a no to each question; the score is the share of yes. */
export function questionsForm(questions: readonly string[]): JudgeForm {
  const said = z.union([
    z.boolean(),
    z
      .string()
      .toLowerCase()
      .pipe(z.enum(["yes", "no"])),
  ]);
  return {
    name: "questions",
    asked: { kind: "questions", count: questions.length },
    instructions: [
      "Answer these questions about the answer to the task, each with yes or no:",
      questions.map((question, at) => `${at + 1}. ${question}`).join("\n"),
    ].join("\n\n"),
    form: `"answers": [${questions.map(() => '"yes" or "no"').join(", ")}]`,
    verdict: z.strictObject({ answers: z.array(said).length(questions.length) }).transform(({ answers }) => {
      const yes = answers.map((answer) => answer === true || answer === "yes");
      const score = yes.filter(Boolean).length / yes.length;
      return { score, words: yes.map((isYes) => (isYes ? "yes" : "no")).join(", ") };
    }),
  };
}

/** What a judge is told by a form. */
export function askedBy({ name, instructions, form, asked }: JudgeForm) {
  return { step: name, instructions, form, asked };
}

/** What is judged: the task as the model was asked it, its answer, and what a right one looks like. */
export function judgedData(input: {
  readonly prompt: readonly { readonly role: string; readonly content: string }[];
  readonly answer: string;
  readonly reference: JsonObject[string] | undefined;
}): JsonObject {
  const task = input.prompt.map(({ role, content }) => ({ role, content }));
  const reference = input.reference === undefined ? {} : { reference: input.reference };
  return { task, ...reference, answer: input.answer };
}
