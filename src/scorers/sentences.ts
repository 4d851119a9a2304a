// Abbreviations after which English goes on with a capital letter.
const ABBREVIATION =
  /(?:^|[\s("'])(?:mr|mrs|ms|dr|prof|st|sr|jr|vs|etc|inc|ltd|co|corp|no|e\.g|i\.e|u\.s|u\.k|a\.m|p\.m|ph\.d|gen|col|lt|capt|rev|sen|gov|[a-z])$/i;

/**
 * Sentences of a text: they end at `.`, `!` or `?` before white space, unless an abbreviation or a lower-case
 * word goes on, as the Punkt tokenizer that IFEval uses decides (Kiss & Strunk 2006). A line break ends none.
 */
export function countSentences(text: string): number {
  const trimmed = text.trim();
  if (trimmed === "") return 0;
  let count = 1;
  for (const { index, 0: stop } of trimmed.matchAll(/[.!?。！？][.!?。！？"'”’)\]*]{0,20}\s+(?=\S)/g)) {
    if (isEnd(trimmed, index, index + stop.length)) count++;
  }
  return count;
}

function isEnd(text: string, at: number, next: number): boolean {
  if (text[at] !== ".") return true;
  if (/^[^\p{L}\p{N}]{0,3}\p{Ll}/u.test(text.slice(next, next + 8))) return false;
  return !ABBREVIATION.test(text.slice(Math.max(0, at - 12), at));
}
