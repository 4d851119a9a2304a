// The checks are those of IFEval (Zhou et al. 2023, arXiv:2311.07911, table 1), so that scores mean what
// published ones mean; patterns are written so that no text makes them slow.

import { counted, demanded, type Instruction, listed, type Range } from "./instruction.ts";
import { readJson } from "./json-reader.ts";
import { quoted } from "./judgement.ts";
import { detectLanguage } from "./language-detector.ts";
import { countSentences } from "./sentences.ts";

/** Runs of letters and digits: `don't` is two, as IFEval counts. */
export const words = (range: Range): Instruction =>
  counted("words", range, (text) => matches(text, /[\p{L}\p{N}_]+/gu));

export const sentences = (range: Range): Instruction => counted("sentences", range, countSentences);

/** Lines that start with `*` or `-`. */
export const bullets = (range: Range): Instruction =>
  counted(
    "bullet points",
    range,
    (text) => text.split("\n").filter((line) => /^(?:\*[^*]|-)/.test(line.trimStart())).length,
  );

/** Parts in `*one*` or `**two**` asterisks. */
export const highlights = (range: Range): Instruction =>
  counted("highlighted parts", range, (text) => {
    const single = text.match(/\*[^\n*]*\*/g) ?? [];
    const double = text.match(/\*\*[^\n*]*\*\*/g) ?? [];
    return [...single, ...double].filter((part) => part.replaceAll("*", "").trim() !== "").length;
  });

/** Square brackets, as in `[address]`. */
export const placeholders = (range: Range): Instruction =>
  counted("placeholders", range, (text) => matches(text, /\[[^[\]\n]*\]/g));

/** `SECTION 1`, `SECTION 2` and so on. */
export const sections = (marker: string, range: Range): Instruction =>
  counted(`sections marked ${quoted(marker)}`, range, (text) =>
    matches(text, new RegExp(`${literal(marker)}\\s?\\d+`, "g")),
  );

/** Paragraphs between separators; an empty one in the middle is a fault of its own. */
export function paragraphs(range: Range, separator: string | undefined): Instruction {
  const instruction = counted(
    "paragraphs",
    range,
    (text) => split(text).filter((part) => part !== "").length,
  );
  const split = (text: string): readonly string[] =>
    (separator === undefined ? text.split(/\n[^\S\n]*\n/) : text.split(separator)).map((part) => part.trim());
  if (separator === undefined) return instruction;
  return {
    asked: `${instruction.asked}, with ${quoted(separator)} between them`,
    fault: (text) =>
      split(text).slice(1, -1).includes("")
        ? "an empty paragraph between two separators"
        : instruction.fault(text),
  };
}

/** The first word of a paragraph, counted from 1; paragraphs are separated by an empty line. */
export function paragraphStart(number: number, word: string): Instruction {
  return demanded(`${quoted(word)} as the first word of paragraph ${number}`, (text) => {
    const paragraph = text.split("\n\n")[number - 1]?.trim() ?? "";
    const first = /^["']*([^\s.,?!'"]*)/.exec(paragraph)?.[1] ?? "";
    return first.toLowerCase() === word.toLowerCase();
  });
}

/** Texts that must be there, in any case, also inside of words. */
export const keywords = (wanted: readonly string[]): Instruction =>
  listed("keywords missing", (text) => wanted.filter((word) => occurrences(text, word) === 0));

/** Whole words that must not be there, in any case. */
export const forbidden = (unwanted: readonly string[]): Instruction =>
  listed("forbidden words used", (text) =>
    unwanted.filter((word) =>
      new RegExp(`(?<![\\p{L}\\p{N}_])${literal(word)}(?![\\p{L}\\p{N}_])`, "iu").test(text),
    ),
  );

export const keywordCount = (word: string, range: Range): Instruction =>
  counted(`times ${quoted(word)}`, range, (text) => occurrences(text, word));

/** Words all in capitals; a hyphenated one is one word, `I` counts. */
export const capitalWords = (range: Range): Instruction =>
  counted("words in capitals", range, (text) => {
    const tokens = text
      .split(/[\s[\](){}<>,;:@#$%&?!"“”]+|--+|\.\.\.+/)
      .flatMap((token) => token.split(/(?=['’])/));
    return tokens.filter((token) => /\p{Lu}/u.test(token) && !/\p{Ll}/u.test(token)).length;
  });

/** No letter of the other case, and at least one of this. */
export const letterCase = (wanted: "upper" | "lower"): Instruction =>
  demanded(wanted === "upper" ? "all in capital letters" : "all in lower-case letters", (text) =>
    wanted === "upper"
      ? /\p{Lu}/u.test(text) && !/\p{Ll}/u.test(text)
      : /\p{Ll}/u.test(text) && !/[\p{Lu}\p{Lt}]/u.test(text),
  );

/** The language of the text; one that cannot be told is let pass, as IFEval does. */
export const language = (wanted: string): Instruction =>
  demanded(`in the language ${wanted}`, (text) => {
    const found = detectLanguage(text);
    return found.kind === "unknown" || found.code === wanted;
  });

export const startsWith = (start: string): Instruction =>
  demanded(`starting with ${quoted(start)}`, (text) =>
    text.trim().toLowerCase().startsWith(start.trim().toLowerCase()),
  );

/** The very end, quotation marks aside. */
export const endsWith = (end: string): Instruction =>
  demanded(`ending with ${quoted(end)}`, (text) =>
    withoutEndingQuotes(text.trim()).toLowerCase().endsWith(end.trim().toLowerCase()),
  );

export const contains = (choices: readonly string[]): Instruction =>
  demanded(`one of ${choices.map((choice) => quoted(choice)).join(", ")}`, (text) =>
    choices.some((choice) => text.includes(choice)),
  );

export const noCommas: Instruction = demanded("without commas", (text) => !text.includes(","));

export const inQuotes: Instruction = demanded("wrapped in double quotation marks", (text) =>
  /^".*"$/s.test(text.trim()),
);

export const title: Instruction = demanded("with a title in <<double angular brackets>>", (text) =>
  (text.match(/<<[^\n<>]+>>/g) ?? []).some((found) => found.replace(/[<>]/g, "").trim() !== ""),
);

/** JSON alone, or in a Markdown fence that is alone. */
export const jsonOnly: Instruction = demanded("JSON and nothing else", (text) => {
  const bare = text
    .trim()
    .replace(/^```(?:json)?/i, "")
    .replace(/```$/, "");
  const found = readJson(bare);
  return found.kind === "json" && found.isBare;
});

/** `P.S.` with or without spaces, anywhere in the text. */
export const postscript = (marker: string): Instruction =>
  demanded(`with a postscript that starts with ${quoted(marker)}`, (text) =>
    new RegExp(
      [...marker.trim()].map((letter) => (letter === "." ? "\\.\\s?" : literal(letter))).join(""),
      "i",
    ).test(text),
  );

/** Two responses that differ, with `******` between them. */
export const twoResponses: Instruction = demanded(
  "two different responses with ****** between them",
  (text) => {
    const parts = text.split("******").map((part) => part.trim());
    const filled = parts.filter((part) => part !== "");
    return !parts.slice(1, -1).includes("") && filled.length === 2 && filled[0] !== filled[1];
  },
);

function occurrences(text: string, word: string): number {
  return matches(text, new RegExp(literal(word), "giu"));
}

function matches(text: string, pattern: RegExp): number {
  return text.match(pattern)?.length ?? 0;
}

function literal(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\/]/g, "\\$&");
}

function withoutEndingQuotes(text: string): string {
  let end = text.length;
  while (end > 0 && text[end - 1] === '"') end--;
  return text.slice(0, end);
}
