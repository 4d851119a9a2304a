import { MATCH_LIMIT_MS, withinTime } from "./time-box.ts";

const CHEAP_TEXT_LENGTH = 5000;

/** Whether a pattern can only be linear or quadratic in the text: few quantifiers, at most one unbounded, none on a group. */
export function isCheapPattern(source: string): boolean {
  const bare = source
    .replace(/\\(?:[1-9]|k<)/g, "()*")
    .replace(/\\./gs, "e")
    .replace(/\[[^\]]*\]/g, "c");
  if (/\)[*+?{]/.test(bare)) return false;
  const quantifiers = bare.replace(/\(\?/g, "(").match(/[*+?]|\{\d+(?:,\d*)?\}/g) ?? [];
  const unbounded = quantifiers.filter((one) => one !== "?" && !/^\{\d{1,2}(?:,\d{1,2})?\}$/.test(one));
  return quantifiers.length <= 2 && unbounded.length <= 1;
}

/** Whether a pattern is tested against a text under a time limit. */
export function needsTimeLimit(source: string, text: string): boolean {
  return text.length > CHEAP_TEXT_LENGTH || !isCheapPattern(source);
}

/** Tests a text against a pattern; a suspicious pattern, or a long text, is tested under a time limit. */
export function testPattern(pattern: RegExp, text: string): boolean | "timeout" {
  if (!needsTimeLimit(pattern.source, text)) return pattern.test(text);
  const outcome = withinTime(MATCH_LIMIT_MS, () => pattern.test(text));
  return outcome === "timeout" ? "timeout" : outcome.value;
}
