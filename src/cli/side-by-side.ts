import { isThere, type Soon, soon } from "../domain/soon.ts";

/** What is done with the items of a stream. */
export interface Work<Item, Result> {
  /** `undefined` for an item of which nothing comes. */
  score(item: Item): Soon<Result> | undefined;
  /** Takes a result; the next one comes once it is taken. */
  keep(result: Result): Promise<void> | undefined;
  /** How many items are worth working on side by side now. */
  width(): number;
}

/**
 * Works on the items of a stream, which come several at a time, up to `width` of them side by side, and keeps the results in the order of the stream.
 * While the width is 1, one after the other. Waits only for what is not there at once.
 */
export async function sideBySide<Item, Result>(
  stream: AsyncIterable<Iterable<Item>>,
  { score, keep, width }: Work<Item, Result>,
): Promise<void> {
  const started: Soon<Result>[] = [];
  for await (const items of stream) {
    for (const item of items) {
      const result = score(item);
      if (result === undefined) continue;
      // Whoever awaits it hears of its fault; until then it must not count as unheard.
      if (!isThere(result)) result.catch(() => undefined);
      started.push(result);
      while (started.length >= Math.max(1, width())) {
        const kept = soon(taken(started), keep);
        if (!isThere(kept)) await kept;
      }
    }
  }
  while (started.length > 0) await soon(taken(started), keep);
}

function taken<Result>(started: Soon<Result>[]): Soon<Result> {
  const first = started.shift();
  if (first === undefined) throw new Error("nothing was started");
  return first;
}
