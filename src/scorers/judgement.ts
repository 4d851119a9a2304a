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

/** Of a text of megabytes no more is read than this, UTF-16 units. */
const LOOKED_AT = 10_000;

/** The first `limit` characters of a text on one line, quoted, for a reason. */
export function quoted(text: string, limit = 60): string {
  const start = text.trimStart();
  const head = start.slice(0, LOOKED_AT);
  const line = head.replace(/\s+/g, " ").trim();
  const characters = [...line];
  const isCut = characters.length > limit || head.length < start.length;
  return JSON.stringify(isCut ? `${characters.slice(0, limit - 1).join("")}…` : line);
}
