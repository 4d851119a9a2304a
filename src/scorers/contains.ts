import { z } from "zod";
import { misformatted, quoted, scored } from "./judgement.ts";
import { defineScorer } from "./scorer.ts";

const texts = z.union([z.string().min(1), z.array(z.string().min(1)).min(1)]);

const options = z
  .strictObject({
    any: texts.optional().describe("At least one of these must be in the answer."),
    all: texts.optional().describe("Each of these must be in the answer."),
    none: texts.optional().describe("None of these may be in the answer."),
    ignore_case: z.boolean().default(false).describe("Upper and lower case are the same."),
  })
  .refine(({ any, all, none }) => any !== undefined || all !== undefined || none !== undefined, {
    message: "give at least one of any, all, none",
  });

/** Whether texts stand in the answer, or are absent from it. */
export const contains = defineScorer({
  name: "contains",
  summary: "1 when the answer has any, all or none of the given texts in it, as asked.",
  options,
  examples: [
    { options: { all: ["refund", "14 days"] }, answer: "A refund is possible for 14 days.", score: 1 },
    { options: { any: "{{ capital }}" }, fields: { capital: "Paris" }, answer: "It is Paris.", score: 1 },
    { options: { none: ["as an AI"], ignore_case: true }, answer: "As an AI, I cannot.", score: 0 },
    { options: { all: ["refund", "14 days"] }, answer: "A refund is possible.", score: 0, fault: "wrong" },
    { options: { all: "Yes" }, answer: "yes", score: 0, fault: "format", ifFormatFixed: 1 },
  ],
  // To look for a text takes less than to hand it to a thread.
  isHeavy: () => false,
  score({ answer, options }) {
    const problem = findProblem(answer, options);
    if (problem === undefined) return scored(1, "the answer contains what was asked");
    const otherwise = findProblem(answer, { ...options, ignore_case: true });
    if (otherwise === undefined) return misformatted(1, `${problem}, but for upper and lower case`);
    return scored(0, problem);
  },
});

function findProblem(answer: string, asked: z.output<typeof options>): string | undefined {
  const fold = (text: string) => (asked.ignore_case ? text.toLowerCase() : text);
  const has = (text: string) => fold(answer).includes(fold(text));
  const missing = list(asked.all).filter((text) => !has(text));
  if (missing.length > 0) return `the answer lacks ${missing.map((text) => quoted(text)).join(", ")}`;
  const forbidden = list(asked.none).filter(has);
  if (forbidden.length > 0) return `the answer contains ${forbidden.map((text) => quoted(text)).join(", ")}`;
  const wanted = list(asked.any);
  if (wanted.length > 0 && !wanted.some(has)) {
    return `the answer has none of ${wanted.map((text) => quoted(text)).join(", ")}`;
  }
  return undefined;
}

function list(given: string | readonly string[] | undefined): readonly string[] {
  if (given === undefined) return [];
  return typeof given === "string" ? [given] : given;
}
