/**
 * Works on the items of a stream, `width` of them side by side, and yields the results in the order of the stream. With
 * a width of 1, one after the other.
 */
export async function* sideBySide<Item, Result>(
  items: AsyncIterable<Item>,
  work: (item: Item) => Promise<Result>,
  width: number,
): AsyncGenerator<Result> {
  const started: Promise<Result>[] = [];
  for await (const item of items) {
    const result = work(item);
    // Whoever awaits it hears of its fault; until then it must not count as unheard.
    result.catch(() => undefined);
    started.push(result);
    const [first] = started;
    if (first === undefined || started.length < width) continue;
    started.shift();
    yield await first;
  }
  for (const result of started) yield await result;
}
