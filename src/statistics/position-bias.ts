import { binomialCdf } from "./distributions.ts";
import type { Interval } from "./interval.ts";
import { clopperPearson } from "./proportion.ts";

/** What a judge said of one pair in one order: which place won. */
export type PlaceVerdict = "first" | "second" | "tie";

/** One pair, judged in both orders. */
export interface BothOrders {
  /** With one answer in the first place. */
  readonly one: PlaceVerdict;
  /** With the two answers swapped. */
  readonly swapped: PlaceVerdict;
}

/** How far a judge goes by the place of an answer. */
export interface PositionBias {
  readonly pairs: number;
  /** Share of pairs with one and the same verdict in both orders, ties included. */
  readonly consistency: Interval;
  /** Share of all verdicts won by the first place; a tie counts half. 0.5 is no bias. */
  readonly firstWins: number;
  /** Pairs that lean towards the first place over both orders, and towards the second. */
  readonly leansFirst: number;
  readonly leansSecond: number;
  /** Exact two-sided binomial p of no bias, over the pairs that lean; 1 where none does. */
  readonly p: number;
}

/**
 * Position bias of a judge that was asked in both orders. A judge that goes by the answers alone names the first place
 * once and the second place once, so that only the other pairs speak of a bias: without one they lean either way alike.
 */
export function positionBias(pairs: readonly BothOrders[], confidence: number): PositionBias | undefined {
  if (pairs.length === 0) return undefined;
  const consistent = pairs.filter(({ one, swapped }) => opposite(one) === swapped).length;
  const leans = pairs.map(({ one, swapped }) => towardsFirst(one) + towardsFirst(swapped));
  const leansFirst = leans.filter((lean) => lean > 0).length;
  const leansSecond = leans.filter((lean) => lean < 0).length;
  const sum = leans.reduce((total, lean) => total + lean, 0);
  return {
    pairs: pairs.length,
    consistency: clopperPearson(consistent, pairs.length, confidence),
    firstWins: 0.5 + sum / (4 * pairs.length),
    leansFirst,
    leansSecond,
    p: evenOdds(leansFirst, leansSecond),
  };
}

/** Exact two-sided p that two counts come from even odds; 1 where both are 0. */
export function evenOdds(one: number, other: number): number {
  const n = one + other;
  return n === 0 ? 1 : Math.min(1, 2 * binomialCdf(Math.min(one, other), n, 0.5));
}

function opposite(verdict: PlaceVerdict): PlaceVerdict {
  return verdict === "tie" ? "tie" : verdict === "first" ? "second" : "first";
}

function towardsFirst(verdict: PlaceVerdict): number {
  return verdict === "tie" ? 0 : verdict === "first" ? 1 : -1;
}
