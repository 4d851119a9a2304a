import type { Answer, Outcome } from "./outcome.ts";

/** Of that many characters an answer is a large one: what holds it in memory is counted. */
export const LARGE = 1 << 16;

/** Characters of an answer, and of those that it was made of. */
export function answerCharacters({ text, steps = [] }: Answer): number {
  return steps.reduce((sum, { answer }) => sum + answer.text.length, text.length);
}

/** Characters of what came of a call. */
export function outcomeCharacters(outcome: Outcome): number {
  if (outcome.kind === "skipped") return 0;
  return outcome.kind === "failed"
    ? (outcome.failure.partialText?.length ?? 0)
    : answerCharacters(outcome.answer);
}
