import { hashSeed } from "./random.ts";

/** Something with a place in a random order. */
export interface Ranked {
  readonly rank: number;
  readonly key: string;
}

/** One more than the largest rank. */
export const RANKS = 2 ** 32;

/** The key of what is independent: a cluster of a task, or a case that is in none. */
export function unitKey(task: string, cluster: string | undefined, caseId: string): string {
  return JSON.stringify(cluster === undefined ? [task, caseId] : [task, "", cluster]);
}

/** A unit's place in the order that a seed draws: known of each unit alone, whatever others there are. */
export function unitRank(seed: number, key: string): number {
  return hashSeed(JSON.stringify(["order", seed, key]));
}

/** By rank; where two are the same, by key. */
export function byRank(left: Ranked, right: Ranked): number {
  if (left.rank !== right.rank) return left.rank - right.rank;
  return left.key < right.key ? -1 : left.key > right.key ? 1 : 0;
}
