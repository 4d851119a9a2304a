import type { z } from "zod";
import type { Instruction } from "./instruction.ts";
import { asked, readInstructions } from "./instruction-options.ts";
import { scored } from "./judgement.ts";
import { longerThan } from "./long-text.ts";
import { looseForms } from "./loose-forms.ts";
import { namedParts, rightPart } from "./parts.ts";
import { defineScorer } from "./scorer.ts";

const options = asked.refine((given) => readInstructions(given).length > 0, {
  message: "give at least one instruction",
});

/** Whether the answer follows instructions that a program can verify. */
export const instructions = defineScorer({
  name: "instructions",
  summary:
    "The share of verifiable instructions that the answer follows, as in IFEval: lengths, keywords, case, format, language, start and end.",
  options,
  examples: [
    { options: { words: { max: 5 }, no_commas: true }, answer: "Short and to the point.", score: 1 },
    {
      options: { bullets: { min: 2, max: 2 }, forbidden: ["cheap"] },
      answer: "* A cheap one\n* A dear one",
      score: 0.5,
      fault: "wrong",
    },
    {
      options: { json: true },
      answer: 'Here you are:\n{"ok": true}',
      score: 0,
      fault: "format",
      ifFormatFixed: 1,
    },
    {
      options: { counts: { dose: { min: 2 } }, end: "Any questions?" },
      answer: "The dose is low. A low dose is safe. Any questions?",
      score: 1,
    },
    {
      options: { ifeval: "{{ checks }}" },
      fields: {
        checks: [{ id: "length_constraints:number_words", kwargs: { relation: "at least", num_words: 3 } }],
      },
      answer: "Too short",
      score: 0,
    },
    {
      options: { case: "upper", keywords: ["law", "order"], partial: false },
      answer: "THE LAW",
      score: 0,
      fault: "wrong",
    },
  ],
  check(options) {
    const wrong = readInstructions(options).flatMap(({ read }) => (typeof read === "string" ? [read] : []));
    return wrong.length === 0 ? undefined : wrong.join("; ");
  },
  // Up to eight forms of the answer are checked, their language too.
  isHeavy: longerThan(1000),
  score({ answer, options }) {
    const list = followable(options);
    const grade = (followed: number) =>
      options.partial || followed === list.length ? followed / list.length : 0;
    const forms = looseForms(answer);
    const found = list.map(({ name, one }) => ({
      name,
      fault: faultOf(one, answer, options.loose ? forms : []),
    }));
    const faults = found.flatMap(({ fault }) => fault ?? []);
    const parts = namedParts(found.map(({ name, fault }) => rightPart(name, fault === undefined)));
    const score = grade(list.length - faults.length);
    const reason = reasonFor(faults, list.length);
    if (options.loose || faults.length === 0) return { ...scored(score, reason), parts };
    const mended = Math.max(0, ...forms.map((form) => grade(countFollowed(list, form))));
    if (mended <= score) return { ...scored(score, reason), parts };
    const words = `${mended === 1 ? "all are" : "more are"} followed without its first or last line, or asterisks`;
    return {
      kind: "scored",
      score,
      fault: "format",
      reason: `${reason}; ${words}`,
      ifFormatFixed: mended,
      parts,
    };
  },
  ofNothing: (options) => ({
    parts: namedParts(followable(options).map(({ name }) => rightPart(name, false))),
  }),
});

interface Followable {
  readonly name: string;
  readonly one: Instruction;
}

function followable(options: z.output<typeof asked>): readonly Followable[] {
  return readInstructions(options).flatMap(({ name, read }) =>
    typeof read === "string" ? [] : [{ name, one: read }],
  );
}

/** Each instruction may be followed by a form of its own, as IFEval has it: then `forms` are the forms. */
function faultOf(one: Instruction, answer: string, forms: readonly string[]): string | undefined {
  return forms.some((form) => one.fault(form) === undefined) ? undefined : one.fault(answer);
}

function countFollowed(list: readonly Followable[], text: string): number {
  return list.filter(({ one }) => one.fault(text) === undefined).length;
}

function reasonFor(faults: readonly string[], total: number): string {
  if (faults.length > 0)
    return `${faults.length} of ${total} instructions not followed: ${faults.join("; ")}`;
  return total === 1 ? "the instruction is followed" : `all ${total} instructions are followed`;
}
