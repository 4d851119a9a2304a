// Letters of other scripts that look like Latin ones; enough for the common accidents.
const LATIN: ReadonlyMap<string, string> = new Map(
  [..."АаВЕеЅѕІіЈјКМНОоРрСсТУуХхΑΒΕΖΗΙΚΜΝΟοΡΤΥΧ"].map((letter, index) => [
    letter,
    [..."AaBEeSsIiJjKMHOoPpCcTYyXxABEZHIKMNOoPTYX"][index] ?? letter,
  ]),
);
const NAMES: ReadonlyMap<string, string> = new Map([
  ["\u0020", "space"],
  ["\u00a0", "no-break space"],
  ["\u202f", "narrow no-break space"],
  ["\u200b", "zero-width space"],
  ["\u200d", "zero-width joiner"],
  ["\ufeff", "byte order mark"],
  ["\u00ad", "soft hyphen"],
  ["\u2018", "left quotation mark"],
  ["\u2019", "right quotation mark"],
  ["\u2013", "en dash"],
  ["\u2014", "em dash"],
  ["\u2212", "minus sign"],
]);

/** What a text looks like: compatibility forms, invisible characters, quotes, dashes and look-alike letters made one. */
export function visibleForm(text: string): string {
  const plain = text
    .normalize("NFKC")
    .replace(/[\u200b-\u200f\u2060\ufeff\u00ad]/g, "")
    .replace(/[\u2018\u2019\u02bc]/g, "'")
    .replace(/[\u201c\u201d]/g, '"')
    .replace(/[\u2010-\u2015\u2212]/g, "-");
  return [...plain].map((letter) => LATIN.get(letter) ?? letter).join("");
}

/** Where two texts that look the same first differ, by code point: `character 5 is U+00A0 (no-break space), expected U+0020 (space)`. */
export function firstDifference(answer: string, expected: string): string {
  const left = [...answer];
  const right = [...expected];
  const at = left.findIndex((letter, index) => letter !== right[index]);
  const index = at === -1 ? left.length : at;
  return `character ${index + 1} is ${codePoint(left[index])}, expected ${codePoint(right[index])}`;
}

function codePoint(letter: string | undefined): string {
  if (letter === undefined) return "missing";
  const hex = (letter.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0");
  const name = NAMES.get(letter) ?? (/^[\p{L}\p{N}\p{P}\p{S}]$/u.test(letter) ? letter : undefined);
  return name === undefined ? `U+${hex}` : `U+${hex} (${name})`;
}
