// Control characters but line feed and tab, invisible ones but the joiners that scripts and emoji need,
// reading-order overrides, separators, lone surrogates.
const HIDDEN = /(?![\n\t\u200c\u200d])[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu;

/** A text with what hides or moves in it spelt out: `\u{202e}`. */
export function visible(text: string): string {
  return text
    .replaceAll("\r\n", "\n")
    .replace(HIDDEN, (found) => `\\u{${(found.codePointAt(0) ?? 0).toString(16)}}`);
}
