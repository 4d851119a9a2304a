/**
 * Works on the items of a stream, up to `width` of them side by side, and yields the results in the order of the stream.
 * While the width is 1, one after the other.
 */
export async function* sideBySide<Item, Result>(
  items: AsyncIterable<Item>,
  work: (item: Item) => Promise<Result>,
  width: () => number,
): AsyncGenerator<Result> {
  const started: Promise<Result>[] = [];
  for await (const item of items) {
    const result = work(item);
    // Whoever awaits it hears of its fault; until then it must not count as unheard.
    result.catch(() => undefined);
    started.push(result);
    while (started.length >= Math.max(1, width())) yield await taken(started);
  }
  while (started.length > 0) yield await taken(started);
}

function taken<Result>(started: Promise<Result>[]): Promise<Result> {
  const first = started.shift();
  if (first === undefined) throw new Error("nothing was started");
  return first;
}
