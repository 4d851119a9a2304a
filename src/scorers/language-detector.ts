import { LATIN_LANGUAGES } from "./language-words.ts";

/** What a text is written in; `unknown` where it is too short, too mixed, or in a language that is not covered. */
export type LanguageReading =
  | { readonly kind: "language"; readonly code: string }
  | { readonly kind: "unknown"; readonly reason: string };

interface Script {
  readonly pattern: RegExp;
  /** The language, or how to tell it from the words. */
  readonly language: string | ((text: string) => LanguageReading);
}

const SCRIPTS: readonly Script[] = [
  { pattern: /\p{Script=Latin}/gu, language: latinLanguage },
  { pattern: /\p{Script=Cyrillic}/gu, language: cyrillicLanguage },
  { pattern: /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]/gu, language: eastAsianLanguage },
  { pattern: /\p{Script=Arabic}/gu, language: arabicLanguage },
  { pattern: /\p{Script=Devanagari}/gu, language: devanagariLanguage },
  { pattern: /\p{Script=Hangul}/gu, language: "ko" },
  { pattern: /\p{Script=Greek}/gu, language: "el" },
  { pattern: /\p{Script=Hebrew}/gu, language: "he" },
  { pattern: /\p{Script=Thai}/gu, language: "th" },
  { pattern: /\p{Script=Bengali}/gu, language: "bn" },
  { pattern: /\p{Script=Tamil}/gu, language: "ta" },
  { pattern: /\p{Script=Telugu}/gu, language: "te" },
  { pattern: /\p{Script=Kannada}/gu, language: "kn" },
  { pattern: /\p{Script=Malayalam}/gu, language: "ml" },
  { pattern: /\p{Script=Gujarati}/gu, language: "gu" },
  { pattern: /\p{Script=Gurmukhi}/gu, language: "pa" },
];

/** The ISO 639-1 codes that can be told. */
export const KNOWN_LANGUAGES: readonly string[] = [
  ...LATIN_LANGUAGES.keys(),
  ...["ru", "uk", "bg", "zh", "ja", "ar", "fa", "ur", "hi", "mr", "ne"],
  ...SCRIPTS.flatMap(({ language }) => (typeof language === "string" ? [language] : [])),
];

// Beyond it more text changes nothing.
const READ_LENGTH = 20_000;

/**
 * Which language most of a text is in: by its script, and within a script by common words and rare letters.
 * Code in Markdown fences and web addresses are left out. Reliable from a sentence on, not for single words.
 */
export function detectLanguage(text: string): LanguageReading {
  const prose = text
    .slice(0, READ_LENGTH)
    .split(/^[ \t]*```.*$/m)
    .filter((_, part) => part % 2 === 0)
    .join("\n")
    .replace(/https?:\/\/\S+/g, " ")
    .normalize("NFC")
    .toLowerCase();
  const counts = SCRIPTS.map((script) => ({ script, count: prose.match(script.pattern)?.length ?? 0 }));
  const [main] = counts.sort((left, right) => right.count - left.count);
  if (main === undefined || main.count < 2) return unknown("there are no words in it");
  const { language } = main.script;
  return typeof language === "string" ? { kind: "language", code: language } : language(prose);
}

function unknown(reason: string): LanguageReading {
  return { kind: "unknown", reason };
}

function code(language: string): LanguageReading {
  return { kind: "language", code: language };
}

/** A common word counts for each language that has it, the less the more there are; a rare letter likewise. */
function latinLanguage(text: string): LanguageReading {
  const tokens = text.replaceAll("’", "'").match(/[\p{L}\p{M}'-]+/gu) ?? [];
  const points = new Map<string, number>();
  const add = (languages: readonly string[], weight: number) => {
    for (const one of languages) points.set(one, (points.get(one) ?? 0) + weight / languages.length);
  };
  for (const token of tokens) {
    add(
      having(({ words }) => words.has(token) || words.has(token.replace(/^.*'/, ""))),
      1,
    );
    add(
      having(({ letters }) => [...letters].some((letter) => token.includes(letter))),
      0.5,
    );
  }
  const ranked = [...points].sort(([, left], [, right]) => right - left);
  const [best = ["", 0], second = ["", 0]] = ranked;
  if (best[1] === 0) return unknown("it has no common word of a language that is covered");
  // One function word in twenty is far below what any prose has, and far above chance.
  if (best[1] / tokens.length < 0.05) return unknown("too few of its words are of one language");
  if (best[1] < second[1] * 1.15) return unknown(`it could be ${best[0]} or ${second[0]}`);
  return code(best[0]);
}

function having(test: (language: { words: ReadonlySet<string>; letters: string }) => boolean): string[] {
  return [...LATIN_LANGUAGES].filter(([, language]) => test(language)).map(([name]) => name);
}

function cyrillicLanguage(text: string): LanguageReading {
  if (/[іїєґ]/.test(text)) return code("uk");
  if (/[ыэё]/.test(text)) return code("ru");
  return /(?<!\p{L})(?:и|да|се|на|от|за|е|са|не|които|във?)(?!\p{L})/u.test(text) && /[ъщ]/.test(text)
    ? code("bg")
    : code("ru");
}

function eastAsianLanguage(text: string): LanguageReading {
  return code(/[\p{Script=Hiragana}\p{Script=Katakana}]/u.test(text) ? "ja" : "zh");
}

function arabicLanguage(text: string): LanguageReading {
  if (/[ٹڈڑےں]/.test(text)) return code("ur");
  return code(/[پچژگی]/.test(text) ? "fa" : "ar");
}

const DEVANAGARI: readonly (readonly [string, readonly string[]])[] = [
  ["hi", ["है", "हैं", "का", "के", "की", "में", "और", "को", "से", "नहीं", "यह", "पर", "ने", "भी", "था"]],
  ["mr", ["आहे", "आहेत", "आणि", "च्या", "मध्ये", "नाही", "हे", "ही", "ते", "व", "या", "झाले", "केले"]],
  ["ne", ["छ", "छन्", "हो", "र", "मा", "को", "लाई", "गर्न", "यो", "पनि", "हुन्छ", "भएको", "छैन", "सबै"]],
];

function devanagariLanguage(text: string): LanguageReading {
  const tokens = text.match(/[\p{L}\p{M}]+/gu) ?? [];
  const ranked = DEVANAGARI.map(([name, words]) => ({
    name,
    hits: tokens.filter((token) => words.includes(token)).length,
  })).sort((left, right) => right.hits - left.hits);
  const [best, second] = ranked;
  if (best === undefined || best.hits === (second?.hits ?? 0)) return unknown("it could be hi, mr or ne");
  return code(best.name);
}
