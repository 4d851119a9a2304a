import { meanEstimate } from "../statistics/case-means.ts";
import type { Estimate } from "../statistics/interval.ts";
import { type PairedComparison, pairedComparison } from "../statistics/paired-comparison.ts";
import type { Alignment, PairedCase } from "./align.ts";
import { rowsOf, type Side } from "./case-scores.ts";
import { namedPieces, type PieceColumn, type PieceKey, pieceName } from "./piece-columns.ts";
import { average, clustersOf } from "./score-difference.ts";

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
export function subScores(side: Side, cases: readonly number[], confidence: number): readonly SubScore[] {
  return piecesIn(side, cases).map(({ values, scorer, part, weight }) => {
    const judged = cases.flatMap((index) => {
      const scores = judgedIn(side, values, index);
      return scores.length === 0 ? [] : [{ scores, cluster: side.table.cases.cluster.at(index) }];
    });
    const unscored = cases.reduce((sum, index) => sum + unjudgedIn(side, values, index), 0);
    const clusters = judged.map(({ cluster }) => cluster);
    const isClustered = clusters.some((cluster) => cluster !== undefined);
    const input = {
      scores: judged.map(({ scores }) => scores),
      clusters: isClustered ? clusters : undefined,
      range: UNIT,
      confidence,
    };
    const mean = judged.length === 0 ? undefined : meanEstimate(input);
    return { scorer, part, weight, cases: judged.length, unscored, mean };
  });
}

/** Every sub-score of every task that both sides have. */
export function compareSubScores(
  { baseline, candidate }: Alignment,
  tasks: ReadonlyMap<string, readonly PairedCase[]>,
  confidence: number,
): readonly SubScoreComparison[] {
  const others = new Map(namedPieces(candidate.samples.pieces).map((piece) => [pieceName(piece), piece]));
  return [...tasks].flatMap(([task, pairs]) =>
    piecesIn(
      baseline,
      pairs.flatMap(({ baselineIndex }) => baselineIndex ?? []),
    ).flatMap((before) => {
      const after = others.get(pieceName(before));
      const both = pairs.flatMap((pair) => {
        const own = judgedIn(baseline, before.values, pair.baselineIndex);
        const other = judgedIn(candidate, after?.values ?? [], pair.candidateIndex);
        return own.length === 0 || other.length === 0 ? [] : [{ pair, own, other }];
      });
      if (both.length === 0) return [];
      const { scorer, part, weight } = before;
      return [{ task, scorer, part, weight, cases: both.length, ...compared(both, confidence) }];
    }),
  );
}

interface JudgedPair {
  readonly pair: PairedCase;
  readonly own: readonly number[];
  readonly other: readonly number[];
}

function compared(both: readonly JudgedPair[], confidence: number) {
  const baseline = both.map(({ own }) => average(own));
  const candidate = both.map(({ other }) => average(other));
  const difference = pairedComparison({
    baseline,
    candidate,
    binary: both.every(({ own, other }) => isRightOrWrong(own) && isRightOrWrong(other)),
    clusters: clustersOf(both.map(({ pair }) => pair)),
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
function piecesIn(side: Side, cases: readonly number[]): readonly PieceColumn[] {
  const has = (values: PieceColumn["values"], index: number) =>
    rowsOf(side.samples, index).some((row) => values[row] !== undefined);
  const byName = (left: PieceKey, right: PieceKey) => (pieceName(left) < pieceName(right) ? -1 : 1);
  return namedPieces(side.samples.pieces)
    .map((piece) => ({ ...piece, count: cases.filter((index) => has(piece.values, index)).length }))
    .filter(({ count }) => count > 0)
    .sort((left, right) => right.count - left.count || byName(left, right))
    .slice(0, MOST_PIECES)
    .sort(byName);
}

function judgedIn(
  { samples }: Side,
  values: PieceColumn["values"],
  index: number | undefined,
): readonly number[] {
  if (index === undefined) return [];
  return rowsOf(samples, index).flatMap((row) => {
    const value = values[row];
    return value === undefined || Number.isNaN(value) ? [] : [value];
  });
}

function unjudgedIn({ samples }: Side, values: PieceColumn["values"], index: number): number {
  return rowsOf(samples, index).filter((row) => Number.isNaN(values[row] ?? 0)).length;
}
