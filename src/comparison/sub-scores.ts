import { meanEstimate } from "../statistics/case-means.ts";
import type { Estimate } from "../statistics/interval.ts";
import { average } from "../statistics/numbers.ts";
import { type PairedComparison, pairedComparison } from "../statistics/paired-comparison.ts";
import type { Alignment } from "./align.ts";
import { rowsWhere } from "./case-rows.ts";
import { clustersAt, rowsOf, type Side } from "./case-scores.ts";
import { askedRows, clustersOf, type PairedCase, type PairedCases } from "./paired-cases.ts";
import {
  NOT_THERE,
  namedPieces,
  type PieceColumn,
  type PieceKey,
  pieceName,
  valueAt,
} from "./piece-columns.ts";

/** Sub-scores of a task that are kept, the most frequent ones: a dataset may have as many as it has cases. */
const MOST_PIECES = 200;

const UNIT = { lower: 0, upper: 1 };

/** The mean of one sub-score of one model. */
export interface SubScore extends PieceKey {
  /** Among its like; `undefined` where it differs from case to case. */
  readonly weight: number | undefined;
  /** Cases that have it and were judged. */
  readonly cases: number;
  /** Samples in which it could not be judged. */
  readonly unscored: number;
  /** `undefined` where nothing was judged. */
  readonly mean: Estimate | undefined;
}

/** A sub-score of two models, on the cases that both have it on. */
export interface SubScoreComparison extends PieceKey {
  readonly task: string;
  readonly weight: number | undefined;
  readonly cases: number;
  readonly baselineMean: number;
  readonly candidateMean: number;
  /** Not corrected for the number of sub-scores. */
  readonly difference: PairedComparison;
}

/** The sub-scores of a side over the cases of one task: scorers, each followed by its parts. */
export function subScores(side: Side, cases: Uint32Array, confidence: number): readonly SubScore[] {
  return piecesIn(side, cases).map((piece) => {
    const { scorer, part, weight } = piece;
    const judged = rowsWhere(cases, (index) => judgedIn(side, piece, index).length > 0);
    const unscored = cases.reduce((sum, index) => sum + unjudgedIn(side, piece, index), 0);
    const input = {
      scores: scoresOf(side, piece, judged),
      clusters: clustersAt(side, judged),
      range: UNIT,
      confidence,
    };
    const mean = judged.length === 0 ? undefined : meanEstimate(input);
    return { scorer, part, weight, cases: judged.length, unscored, mean };
  });
}

function* scoresOf(side: Side, piece: PieceColumn, cases: Uint32Array): Generator<readonly number[]> {
  for (const index of cases) yield judgedIn(side, piece, index);
}

/** Every sub-score of every task that both sides have. */
export function compareSubScores(
  { baseline, candidate }: Alignment,
  tasks: ReadonlyMap<string, PairedCases>,
  confidence: number,
): readonly SubScoreComparison[] {
  const others = new Map(namedPieces(candidate.samples.pieces).map((piece) => [pieceName(piece), piece]));
  return [...tasks].flatMap(([task, pairs]) =>
    piecesIn(baseline, askedRows(pairs, "baseline")).flatMap((before) => {
      const after = others.get(pieceName(before));
      if (after === undefined) return [];
      const own = ({ baselineIndex }: PairedCase) => judgedIn(baseline, before, baselineIndex);
      const other = ({ candidateIndex }: PairedCase) => judgedIn(candidate, after, candidateIndex);
      const both = pairs.filter((pair) => own(pair).length > 0 && other(pair).length > 0);
      if (both.length === 0) return [];
      const { scorer, part, weight } = before;
      const difference = compared(both, { own, other }, confidence);
      return [{ task, scorer, part, weight, cases: both.length, ...difference }];
    }),
  );
}

/** The judged values of a case on either side. */
interface Judged {
  readonly own: (pair: PairedCase) => readonly number[];
  readonly other: (pair: PairedCase) => readonly number[];
}

function compared(both: PairedCases, { own, other }: Judged, confidence: number) {
  const baseline = both.numbers((pair) => average(own(pair)));
  const candidate = both.numbers((pair) => average(other(pair)));
  const difference = pairedComparison({
    baseline,
    candidate,
    binary: both.every((pair) => isRightOrWrong(own(pair)) && isRightOrWrong(other(pair))),
    clusters: clustersOf(both),
    range: UNIT,
    confidence,
    margin: undefined,
  });
  return { baselineMean: average(baseline), candidateMean: average(candidate), difference };
}

function isRightOrWrong(values: readonly number[]): boolean {
  return values.length === 1 && (values[0] === 0 || values[0] === 1);
}

/** The sub-scores that occur in the given cases, in the order of names, scorers before their parts. */
function piecesIn(side: Side, cases: Uint32Array): readonly PieceColumn[] {
  const has = (piece: PieceColumn, index: number) =>
    rowsOf(side.samples, index).some((row) => valueAt(piece, row) !== NOT_THERE);
  const byName = (left: PieceKey, right: PieceKey) => (pieceName(left) < pieceName(right) ? -1 : 1);
  return namedPieces(side.samples.pieces)
    .map((piece) => ({ ...piece, count: rowsWhere(cases, (index) => has(piece, index)).length }))
    .filter(({ count }) => count > 0)
    .sort((left, right) => right.count - left.count || byName(left, right))
    .slice(0, MOST_PIECES)
    .sort(byName);
}

function judgedIn({ samples }: Side, piece: PieceColumn, index: number | undefined): readonly number[] {
  if (index === undefined) return [];
  return rowsOf(samples, index)
    .map((row) => valueAt(piece, row))
    .filter((value) => value !== NOT_THERE && !Number.isNaN(value));
}

function unjudgedIn({ samples }: Side, piece: PieceColumn, index: number): number {
  return rowsOf(samples, index).filter((row) => Number.isNaN(valueAt(piece, row))).length;
}
