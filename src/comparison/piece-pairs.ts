import type { RuleSubject } from "../domain/suite.ts";
import type { Alignment } from "./align.ts";
import { rowsOf, type Side } from "./case-scores.ts";
import type { PairedCase, PairedCases } from "./paired-cases.ts";
import { NOT_THERE, namedPieces, pieceName, valueAt } from "./piece-columns.ts";

/**
 * The cases with the scores of one sub-score in the place of their own, so that all that judges scores judges it. A case
 * whose judged answers do not have it is left out. One on which nothing was judged is kept, with everything missing:
 * nobody knows that it would not have had it.
 */
export function piecePairs(
  { baseline, candidate }: Alignment,
  pairs: PairedCases,
  subject: RuleSubject,
): PairedCases {
  const before = pieceOf(baseline, subject);
  const after = pieceOf(candidate, subject);
  const bears = ({ baselineIndex, candidateIndex }: PairedCase) => {
    const bearing = [bearingOf(baseline, before, baselineIndex), bearingOf(candidate, after, candidateIndex)];
    return bearing.includes("has") || !bearing.includes("has-not");
  };
  const scoreIn = (valueIn: ValueAt) => (row: number) => {
    const value = valueIn(row);
    return value === NOT_THERE ? Number.NaN : value;
  };
  return pairs.filter(bears).scoredBy({ baseline: scoreIn(before), candidate: scoreIn(after) });
}

type ValueAt = (row: number) => number;

function pieceOf({ samples }: Side, subject: RuleSubject): ValueAt {
  const name = pieceName(subject);
  const found = namedPieces(samples.pieces).find((piece) => pieceName(piece) === name);
  return (row) => (found === undefined ? NOT_THERE : valueAt(found, row));
}

/** Whether some answer to a case has the sub-score, judged or not; unknown where no answer has a score of its own. */
function bearingOf(
  { samples }: Side,
  valueIn: ValueAt,
  index: number | undefined,
): "has" | "has-not" | "unknown" {
  const rows = index === undefined ? [] : rowsOf(samples, index);
  if (rows.some((row) => valueIn(row) !== NOT_THERE)) return "has";
  return rows.some((row) => !Number.isNaN(samples.score.at(row))) ? "has-not" : "unknown";
}
