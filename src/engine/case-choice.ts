import { hashSeed } from "../statistics/random.ts";

interface Ranked {
  readonly rank: number;
  readonly id: string;
}

/** Picks `limit` cases of a task in one pass. */
export interface CaseChoice {
  offer(caseId: string): void;
  chosen(): ReadonlySet<string>;
}

/**
 * The cases with the smallest hash of (seed, task, id): the same ones for the same seed whatever the order of the
 * file, and a larger limit only adds to a smaller one's. Holds `limit` ids, not the dataset.
 */
export function caseChoice(seed: number, task: string, limit: number): CaseChoice {
  // A heap with the worst of the kept at its root.
  const heap: Ranked[] = [];
  return {
    offer: (id) => {
      const ranked = { rank: hashSeed(JSON.stringify([seed, task, id])), id };
      const worst = heap[0];
      if (heap.length < limit) siftUp(heap, ranked);
      else if (worst !== undefined && isBefore(ranked, worst)) siftDown(heap, ranked);
    },
    chosen: () => new Set(heap.map(({ id }) => id)),
  };
}

function isBefore(a: Ranked, b: Ranked): boolean {
  return a.rank === b.rank ? a.id < b.id : a.rank < b.rank;
}

function siftUp(heap: Ranked[], item: Ranked): void {
  let at = heap.length;
  while (at > 0) {
    const above = (at - 1) >> 1;
    const parent = heap[above];
    if (parent === undefined || isBefore(item, parent)) break;
    heap[at] = parent;
    at = above;
  }
  heap[at] = item;
}

function siftDown(heap: Ranked[], item: Ranked): void {
  let at = 0;
  for (;;) {
    const left = heap[2 * at + 1];
    const right = heap[2 * at + 2];
    const larger =
      right !== undefined && left !== undefined && isBefore(left, right) ? 2 * at + 2 : 2 * at + 1;
    const child = heap[larger];
    if (child === undefined || isBefore(child, item)) break;
    heap[at] = child;
    at = larger;
  }
  heap[at] = item;
}
