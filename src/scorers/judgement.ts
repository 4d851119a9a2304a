import type { Score } from "../domain/score.ts";

/** A judgement of the answer's content; below 1 the answer is wrong, wholly or in part. */
export function scored(score: number, reason: string): Extract<Score, { kind: "scored" }> {
  return { kind: "scored", score, fault: score >= 1 ? "none" : "wrong", reason, ifFormatFixed: undefined };
}

/** An answer that could not be read as asked: 0, and what it would score with its format mended (0: nothing to mend). */
export function misformatted(ifFormatFixed: number, reason: string): Score {
  return { kind: "scored", score: 0, fault: "format", reason, ifFormatFixed };
}

/** The scorer says nothing about the answer: missing, not zero. */
export function unscored(code: string, reason: string): Score {
  return { kind: "unscored", code, reason };
}

/** The first `limit` characters of a text on one line, quoted, for a reason. */
export function quoted(text: string, limit = 60): string {
  const line = text.replace(/\s+/g, " ").trim();
  const characters = [...line];
  return JSON.stringify(characters.length > limit ? `${characters.slice(0, limit - 1).join("")}…` : line);
}
