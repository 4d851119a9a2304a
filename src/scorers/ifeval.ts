import { z } from "zod";
import { both, type Instruction, type Range } from "./instruction.ts";
import * as checks from "./instruction-checks.ts";

const count = z.int().min(0);
const relation = z.enum(["at least", "less than"]);
const none = z.strictObject({});

/** An instruction of IFEval: its arguments, and what it stands for. */
interface Entry {
  read(kwargs: unknown): Instruction | string;
}

function entry<Arguments>(shape: z.ZodType<Arguments>, build: (given: Arguments) => Instruction): Entry {
  return {
    read(kwargs) {
      const parsed = shape.safeParse(kwargs);
      if (parsed.success) return build(parsed.data);
      return parsed.error.issues
        .map(({ path, message }) => `${path.join(".") || "kwargs"}: ${message}`)
        .join("; ");
    },
  };
}

function range(relation: "at least" | "less than", number: number): Range {
  return relation === "at least" ? { min: number } : { max: number - 1 };
}

const ENTRIES: ReadonlyMap<string, Entry> = new Map([
  [
    "keywords:existence",
    entry(z.strictObject({ keywords: z.array(z.string().min(1)) }), ({ keywords }) =>
      checks.keywords(keywords),
    ),
  ],
  [
    "keywords:frequency",
    entry(z.strictObject({ keyword: z.string().min(1), frequency: count, relation }), (given) =>
      checks.keywordCount(given.keyword.trim(), range(given.relation, given.frequency)),
    ),
  ],
  [
    "keywords:forbidden_words",
    entry(z.strictObject({ forbidden_words: z.array(z.string().min(1)) }), (given) =>
      checks.forbidden(given.forbidden_words),
    ),
  ],
  [
    "keywords:letter_frequency",
    entry(
      z.strictObject({ letter: z.string().min(1), let_frequency: count, let_relation: relation }),
      (given) => checks.keywordCount(given.letter, range(given.let_relation, given.let_frequency)),
    ),
  ],
  [
    "language:response_language",
    entry(z.strictObject({ language: z.string() }), (given) => checks.language(given.language)),
  ],
  [
    "length_constraints:number_words",
    entry(z.strictObject({ num_words: count, relation }), (given) =>
      checks.words(range(given.relation, given.num_words)),
    ),
  ],
  [
    "length_constraints:number_sentences",
    entry(z.strictObject({ num_sentences: count, relation }), (given) =>
      checks.sentences(range(given.relation, given.num_sentences)),
    ),
  ],
  [
    "length_constraints:number_paragraphs",
    entry(z.strictObject({ num_paragraphs: count }), ({ num_paragraphs: exactly }) =>
      checks.paragraphs({ min: exactly, max: exactly }, "***"),
    ),
  ],
  [
    "length_constraints:nth_paragraph_first_word",
    entry(
      z.strictObject({ num_paragraphs: count, nth_paragraph: z.int().min(1), first_word: z.string().min(1) }),
      ({ num_paragraphs: exactly, nth_paragraph, first_word }) =>
        both(
          checks.paragraphs({ min: exactly, max: exactly }, "\n\n"),
          checks.paragraphStart(nth_paragraph, first_word),
        ),
    ),
  ],
  [
    "detectable_content:number_placeholders",
    entry(z.strictObject({ num_placeholders: count }), (given) =>
      checks.placeholders({ min: given.num_placeholders }),
    ),
  ],
  [
    "detectable_content:postscript",
    entry(z.strictObject({ postscript_marker: z.string().min(1) }), (given) =>
      checks.postscript(given.postscript_marker),
    ),
  ],
  [
    "detectable_format:number_bullet_lists",
    entry(z.strictObject({ num_bullets: count }), ({ num_bullets: exactly }) =>
      checks.bullets({ min: exactly, max: exactly }),
    ),
  ],
  [
    "detectable_format:constrained_response",
    entry(none, () => checks.contains(["My answer is yes.", "My answer is no.", "My answer is maybe."])),
  ],
  [
    "detectable_format:number_highlighted_sections",
    entry(z.strictObject({ num_highlights: count }), (given) =>
      checks.highlights({ min: given.num_highlights }),
    ),
  ],
  [
    "detectable_format:multiple_sections",
    entry(z.strictObject({ section_spliter: z.string().min(1), num_sections: count }), (given) =>
      checks.sections(given.section_spliter.trim(), { min: given.num_sections }),
    ),
  ],
  ["detectable_format:json_format", entry(none, () => checks.jsonOnly)],
  ["detectable_format:title", entry(none, () => checks.title)],
  ["combination:two_responses", entry(none, () => checks.twoResponses)],
  [
    "combination:repeat_prompt",
    entry(z.strictObject({ prompt_to_repeat: z.string().min(1) }), (given) =>
      checks.startsWith(given.prompt_to_repeat),
    ),
  ],
  [
    "startend:end_checker",
    entry(z.strictObject({ end_phrase: z.string().min(1) }), (given) => checks.endsWith(given.end_phrase)),
  ],
  ["startend:quotation", entry(none, () => checks.inQuotes)],
  [
    "change_case:capital_word_frequency",
    entry(z.strictObject({ capital_frequency: count, capital_relation: relation }), (given) =>
      checks.capitalWords(range(given.capital_relation, given.capital_frequency)),
    ),
  ],
  ["change_case:english_capital", entry(none, () => both(checks.letterCase("upper"), checks.language("en")))],
  [
    "change_case:english_lowercase",
    entry(none, () => both(checks.letterCase("lower"), checks.language("en"))),
  ],
  ["punctuation:no_comma", entry(none, () => checks.noCommas)],
]);

/** The instruction that an id and arguments of IFEval stand for (`en:` of M-IFEval may lead), or what is wrong with them. */
export function ifevalInstruction(id: string, kwargs: unknown): Instruction | string {
  const found = ENTRIES.get(id.replace(/^en:/, ""));
  if (found === undefined) return `no instruction of IFEval is named ${JSON.stringify(id)}`;
  const instruction = found.read(kwargs);
  return typeof instruction === "string" ? `${id}: ${instruction}` : instruction;
}
