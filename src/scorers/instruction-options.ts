import { z } from "zod";
import { ifevalInstruction } from "./ifeval.ts";
import type { Instruction, Range } from "./instruction.ts";
import * as checks from "./instruction-checks.ts";
import { KNOWN_LANGUAGES } from "./language-detector.ts";

const range = z
  .strictObject({ min: z.int().min(0).optional(), max: z.int().min(0).optional() })
  .refine(({ min, max }) => min !== undefined || max !== undefined, { message: "give min, max, or both" })
  .refine(({ min, max }) => (min ?? 0) <= (max ?? Number.POSITIVE_INFINITY), { message: "min is above max" });
const text = z.string().min(1);
const texts = z.array(text).min(1);
const yes = z.literal(true);

/** The options of `instructions`, each an instruction of its own. */
export const asked = z.strictObject({
  words: range.optional().describe("How many words, as `{ min, max }`; runs of letters and digits count."),
  sentences: range.optional().describe("How many sentences."),
  paragraphs: range.optional().describe("How many paragraphs."),
  paragraph_separator: text.optional().describe("What stands between paragraphs; an empty line by default."),
  bullets: range.optional().describe("How many lines that start with `*` or `-`."),
  highlights: range.optional().describe("How many parts in `*one*` or `**two**` asterisks."),
  placeholders: range.optional().describe("How many placeholders in square brackets."),
  sections: range.optional().describe("How many sections that start with `section_marker` and a number."),
  section_marker: text.default("SECTION").describe("The word that starts a section."),
  capital_words: range.optional().describe("How many words all in capitals."),
  keywords: texts.optional().describe("Texts that must be there, in any case."),
  counts: z
    .record(text, range)
    .optional()
    .describe("How often texts, or letters, must be there: `{ dose: { min: 5 } }`."),
  forbidden: texts.optional().describe("Whole words that must not be there, in any case."),
  case: z.enum(["upper", "lower"]).optional().describe("All letters are of this case."),
  language: z
    .enum(KNOWN_LANGUAGES)
    .optional()
    .describe("The language, as for the scorer `language`; let pass where it cannot be told."),
  start: text.optional().describe("What the answer starts with, in any case: the prompt repeated, say."),
  end: text.optional().describe("What the answer ends with, in any case."),
  one_of: texts.optional().describe("One of these texts must be there."),
  postscript: text.optional().describe("What a postscript starts with: `P.S.`."),
  no_commas: yes.optional().describe("No comma anywhere."),
  quotes: yes.optional().describe("The answer is wrapped in double quotation marks."),
  title: yes.optional().describe("A title in `<<double angular brackets>>`."),
  json: yes.optional().describe("JSON and nothing else; a Markdown fence does no harm."),
  two_responses: yes.optional().describe("Two different responses with `******` between them."),
  ifeval: z
    .array(z.strictObject({ id: text, kwargs: z.record(z.string(), z.json()) }))
    .min(1)
    .optional()
    .describe("Instructions as IFEval's data names them: `{ id, kwargs }`."),
  loose: z
    .boolean()
    .default(false)
    .describe("Also tried without the first line, the last, and asterisks; one form must follow."),
  partial: z
    .boolean()
    .default(true)
    .describe("The score is the share of instructions followed; else all or nothing."),
});
type Asked = z.output<typeof asked>;

/** An instruction under the name of its option, or of IFEval's. */
export interface NamedInstruction {
  readonly name: string;
  /** A text says what is wrong with it. */
  readonly read: Instruction | string;
}

/** The instructions that options ask for. */
export function readInstructions(given: Asked): readonly NamedInstruction[] {
  return [
    ...countedOnes(given),
    ...listedOnes(given),
    ...plainOnes(given),
    ...(given.ifeval ?? []).map(({ id, kwargs }) => ({ name: id, read: ifevalInstruction(id, kwargs) })),
  ];
}

/** The instruction of an option, where the suite has that option. */
function of<Value>(
  name: string,
  value: Value | undefined,
  build: (value: Value) => Instruction,
): readonly NamedInstruction[] {
  return value === undefined ? [] : [{ name, read: build(value) }];
}

function countedOnes(given: Asked): readonly NamedInstruction[] {
  return [
    ...of("words", given.words, checks.words),
    ...of("sentences", given.sentences, checks.sentences),
    ...of("paragraphs", given.paragraphs, (range) => checks.paragraphs(range, given.paragraph_separator)),
    ...of("bullets", given.bullets, checks.bullets),
    ...of("highlights", given.highlights, checks.highlights),
    ...of("placeholders", given.placeholders, checks.placeholders),
    ...of("sections", given.sections, (range) => checks.sections(given.section_marker, range)),
    ...of("capital_words", given.capital_words, checks.capitalWords),
    ...Object.entries(given.counts ?? {}).flatMap(([word, range]) =>
      of(`counts.${word}`, range, (range: Range) => checks.keywordCount(word, range)),
    ),
  ];
}

function listedOnes(given: Asked): readonly NamedInstruction[] {
  return [
    ...of("keywords", given.keywords, checks.keywords),
    ...of("forbidden", given.forbidden, checks.forbidden),
    ...of("one_of", given.one_of, checks.contains),
  ];
}

function plainOnes(given: Asked): readonly NamedInstruction[] {
  return [
    ...of("case", given.case, checks.letterCase),
    ...of("language", given.language, checks.language),
    ...of("start", given.start, checks.startsWith),
    ...of("end", given.end, checks.endsWith),
    ...of("postscript", given.postscript, checks.postscript),
    ...of("no_commas", given.no_commas, () => checks.noCommas),
    ...of("quotes", given.quotes, () => checks.inQuotes),
    ...of("title", given.title, () => checks.title),
    ...of("json", given.json, () => checks.jsonOnly),
    ...of("two_responses", given.two_responses, () => checks.twoResponses),
  ];
}
