/** What comes several at a time, each a step of its own: where there is more to do about one than to come by it. */
export async function* oneByOne<Item>(stream: AsyncIterable<Iterable<Item>>): AsyncGenerator<Item> {
  for await (const several of stream) yield* several;
}
