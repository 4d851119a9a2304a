import type { RuleSubject } from "../domain/suite.ts";
import type { Alignment, PairedCase } from "./align.ts";
import { type CaseScore, caseScore, rowsOf, type Side } from "./case-scores.ts";
import { namedPieces, type PieceColumn, pieceName } from "./piece-columns.ts";

/** A paired case of an alignment that bears no piece, or bears it, or cannot tell. */
type Bearing = "has" | "has-not" | "unknown";

/**
 * The cases with the scores of one sub-score in the place of their own, so that all that judges scores judges it. A case
 * whose judged answers do not have it is left out. One on which nothing was judged is kept, with everything missing:
 * nobody knows that it would not have had it.
 */
export function piecePairs(
  { baseline, candidate }: Alignment,
  pairs: readonly PairedCase[],
  subject: RuleSubject,
): readonly PairedCase[] {
  const before = columnOf(baseline, subject);
  const after = columnOf(candidate, subject);
  return pairs.flatMap((pair) => {
    const own = readAt(baseline, before, pair.baselineIndex);
    const other = readAt(candidate, after, pair.candidateIndex);
    if (bearingOf([own, other]) === "has-not") return [];
    return [{ ...pair, baseline: own.score, candidate: other.score }];
  });
}

interface Read {
  readonly score: CaseScore;
  /** Some answer has the sub-score, judged or not. */
  readonly isThere: boolean;
  /** Some answer has a score of its own. */
  readonly isScored: boolean;
}

function columnOf(side: Side, subject: RuleSubject): PieceColumn["values"] {
  const name = pieceName(subject);
  return namedPieces(side.samples.pieces).find((piece) => pieceName(piece) === name)?.values ?? [];
}

function readAt({ samples }: Side, values: PieceColumn["values"], index: number | undefined): Read {
  const rows = index === undefined ? [] : rowsOf(samples, index);
  return {
    score: caseScore(samples, index, (row) => values[row] ?? Number.NaN),
    isThere: rows.some((row) => values[row] !== undefined),
    isScored: rows.some((row) => !Number.isNaN(samples.score.at(row))),
  };
}

function bearingOf(sides: readonly Read[]): Bearing {
  if (sides.some(({ isThere }) => isThere)) return "has";
  return sides.some(({ isScored }) => isScored) ? "has-not" : "unknown";
}
