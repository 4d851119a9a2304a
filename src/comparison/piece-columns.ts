import type { ScoredSample } from "../domain/score.ts";
import { type GrowingNumbers, type NumberColumn, packedNumbers } from "../statistics/packed-numbers.ts";

/** What a sub-score is of: one scorer of a task that has several, or a named part of a scorer. */
export interface PieceKey {
  /** The scorer's name in the suite. */
  readonly scorer: string;
  /** `undefined`: the scorer itself. */
  readonly part: string | undefined;
}

/** The values of a sub-score by row of a target's samples: NaN could not be judged, `NOT_THERE` it does not have. */
export interface PieceColumn extends PieceKey {
  /** `undefined` where it differs from case to case. */
  readonly weight: number | undefined;
  readonly values: NumberColumn;
}

/** By `pieceName`. */
export type PieceColumns = ReadonlyMap<string, PieceColumn>;

/** The columns of one target while they grow. */
export type GrowingPieces = Map<string, PieceColumn & { values: GrowingNumbers }>;

/** Answers that say nothing to a scorer that cannot tell its parts without one: each part of them is 0. */
const NOTHING = "";

/** Below every score. */
export const NOT_THERE = -1;

/** The value of a sub-score in a row; a column ends with the last row that has it. */
export function valueAt({ values }: Pick<PieceColumn, "values">, row: number): number {
  return row < values.length ? values.at(row) : NOT_THERE;
}

/** `kind`, `kind: label`. */
export function pieceName({ scorer, part }: PieceKey): string {
  return part === undefined ? scorer : `${scorer}: ${part}`;
}

/** Notes the sub-scores of a sample in the given row. */
export function notePieces(pieces: GrowingPieces, sample: ScoredSample, row: number): void {
  const { scores, outcome } = sample;
  const isNothing = outcome === "refused" || outcome === "empty";
  for (const { label: scorer, weight, score } of scores) {
    const own = score.kind === "scored" ? score.score : Number.NaN;
    // The only scorer of a task gives the score itself.
    if (scores.length > 1) note(pieces, { scorer, part: undefined, weight }, { row, value: own });
    if (isNothing && score.parts === undefined)
      note(pieces, { scorer, part: NOTHING, weight: 0 }, { row, value: 0 });
    for (const { name, weight: among, score: value } of score.parts ?? [])
      note(pieces, { scorer, part: name, weight: among }, { row, value: value ?? Number.NaN });
  }
}

function note(
  pieces: GrowingPieces,
  key: Omit<PieceColumn, "values">,
  { row, value }: { readonly row: number; readonly value: number },
): void {
  const name = pieceName(key);
  const known = pieces.get(name);
  const weight = known === undefined || known.weight === key.weight ? key.weight : undefined;
  const column =
    known !== undefined && known.weight === weight
      ? known
      : { ...key, weight, values: known?.values ?? packedNumbers() };
  pieces.set(name, column);
  while (column.values.length < row) column.values.push(NOT_THERE);
  column.values.push(value);
}

/** The sub-scores that there are, with the rows of answers that say nothing filled in. */
export function namedPieces(pieces: PieceColumns): readonly PieceColumn[] {
  return [...pieces.values()]
    .filter(({ part }) => part !== NOTHING)
    .map((piece) => {
      const nothing =
        piece.part === undefined ? undefined : pieces.get(pieceName({ ...piece, part: NOTHING }));
      if (nothing === undefined) return piece;
      const length = Math.max(piece.values.length, nothing.values.length);
      const at = (row: number) => {
        const own = valueAt(piece, row);
        return own === NOT_THERE ? valueAt(nothing, row) : own;
      };
      return { ...piece, values: { length, at } };
    });
}
