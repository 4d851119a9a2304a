import { markedAnswers } from "./answer-marker.ts";

/** One of the answers that a question offers. */
export interface ChoiceOption {
  /** `A`, or the option itself where it has no text of its own. */
  readonly letter: string | undefined;
  readonly text: string | undefined;
}

/** What was read: an option by its index, or why none could be. */
export type OptionReading =
  | {
      readonly kind: "option";
      readonly index: number /** The answer was the option and nothing else. */;
      readonly isBare: boolean;
    }
  | { readonly kind: "ambiguous"; readonly indexes: readonly number[] }
  | { readonly kind: "none" };

const NONE: OptionReading = { kind: "none" };

/** Which option an answer names: bare, marked (`the answer is B`), at the start of a line (`B) text`), or as the only one mentioned. */
export function readOption(answer: string, options: readonly ChoiceOption[]): OptionReading {
  const bare = bareOption(answer, options);
  if (bare !== undefined) return { kind: "option", index: bare, isBare: true };
  for (const { content, isExplicit } of markedAnswers(answer)) {
    const index = bareOption(content, options) ?? leadingOption(content, options);
    if (index !== undefined) return { kind: "option", index, isBare: false };
    const mentioned = mentionedOptions(firstSentence(content), options);
    if (isExplicit || mentioned.kind === "option") return mentioned;
  }
  const leading = distinct(answer.split("\n").map((line) => leadingOption(line, options)));
  if (leading.length > 0) return reading(leading);
  return mentionedOptions(answer, options);
}

function reading(indexes: readonly number[]): OptionReading {
  const [index] = indexes;
  if (index === undefined) return NONE;
  return indexes.length === 1 ? { kind: "option", index, isBare: false } : { kind: "ambiguous", indexes };
}

function distinct(indexes: readonly (number | undefined)[]): readonly number[] {
  return [...new Set(indexes.filter((index) => index !== undefined))];
}

/** The text is an option, but for Markdown, brackets, quotes, a full stop, and case. */
function bareOption(text: string, options: readonly ChoiceOption[]): number | undefined {
  const given = foldOption(text);
  const byText = options.findIndex(
    (option) => option.text !== undefined && foldOption(option.text) === given,
  );
  if (byText >= 0) return byText;
  const byLetter = options.findIndex(
    (option) => option.letter !== undefined && foldOption(option.letter) === given,
  );
  return byLetter >= 0 ? byLetter : undefined;
}

/** `B) text`, `(B) text`, `**B.** text`, `B: text`, `B - text`. */
function leadingOption(line: string, options: readonly ChoiceOption[]): number | undefined {
  const found =
    /^[\s*_`#>"']*(?:(?:option|choice)\s+)?(?:[([]\s*([\p{L}\d]{1,3})\s*[)\]]|([\p{L}\d]{1,3})[*_`]*(?:[).:,]|\s+[-–—]\s|[\s*_`]*$))/iu.exec(
      line,
    );
  const letter = found?.[1] ?? found?.[2];
  if (letter === undefined) return undefined;
  const index = options.findIndex(
    (option) => option.letter === letter.toUpperCase() || option.letter === letter,
  );
  return index >= 0 ? index : undefined;
}

/** The options that a text mentions as whole words; longer ones first, so that `not spam` hides `spam`. */
function mentionedOptions(text: string, options: readonly ChoiceOption[]): OptionReading {
  let rest = foldSpace(text);
  const found: number[] = [];
  const byLength = options
    .flatMap((option, index) => (option.text === undefined ? [] : [{ text: foldOption(option.text), index }]))
    .filter((one) => one.text !== "")
    .sort((left, right) => right.text.length - left.text.length);
  for (const { text: wanted, index } of byLength) {
    const pattern = new RegExp(`(?<![\\p{L}\\p{N}])${escapePattern(wanted)}(?![\\p{L}\\p{N}])`, "gu");
    const mentions = [...rest.matchAll(pattern)];
    if (mentions.some((match) => !isDenied(rest, match.index))) found.push(index);
    rest = rest.replace(pattern, (match) => "\u0000".repeat(match.length));
  }
  if (found.length > 0) return reading(found);
  return reading(mentionedLetters(text, options));
}

function mentionedLetters(text: string, options: readonly ChoiceOption[]): readonly number[] {
  const letters = [
    ...text.matchAll(
      /[([]([\p{L}\d]{1,3})[)\]]|(?<![\p{L}\p{N}'’-])([B-HJ-Z]|\d{1,2})(?![\p{L}\p{N}'’-])|\b(?:option|choice)\s+([\p{L}\d]{1,3})\b/giu,
    ),
  ];
  return distinct(
    letters
      .filter((match) => !isDenied(text, match.index))
      .map((match) => {
        const letter = match[1] ?? match[2] ?? match[3];
        // A lower-case letter on its own is a word, unless it is bracketed or named an option.
        const wanted = match[2] === undefined ? letter?.toUpperCase() : letter;
        return options.findIndex((option) => option.letter !== undefined && option.letter === wanted);
      })
      .map((index) => (index >= 0 ? index : undefined)),
  );
}

function isDenied(text: string, index: number): boolean {
  const before = text.slice(Math.max(0, index - 40), index).toLowerCase();
  return /(?:\b(?:not|neither|nor|never|than|without)|n't|n’t)(?:\s+\p{L}+)?\s+["'(*]*$/u.test(before);
}

function firstSentence(text: string): string {
  return /^.*?[.!?](?=\s|$)/s.exec(text)?.[0] ?? text;
}

const WRAPPING = new Set("*_`\"'()[]{}.!$: ");

/** An option without Markdown, brackets, quotes, full stop, and case. */
export function foldOption(text: string): string {
  const plain = foldSpace(text);
  let start = 0;
  let end = plain.length;
  while (start < end && WRAPPING.has(plain.charAt(start))) start++;
  while (end > start && WRAPPING.has(plain.charAt(end - 1))) end--;
  return start === end ? plain : plain.slice(start, end);
}

function foldSpace(text: string): string {
  return text.replace(/\s/g, " ").replace(/ {2,}/g, " ").trim().toLowerCase();
}

function escapePattern(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\/-]/g, "\\$&");
}
