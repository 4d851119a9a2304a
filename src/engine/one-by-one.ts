import type { CaseStream } from "../domain/dataset.ts";

/** The cases of a stream, each a step of its own: where there is more to do about a case than to come by it. */
export async function* oneByOne<Item>(stream: CaseStream<Item>): AsyncGenerator<Item> {
  for await (const several of stream) yield* several;
}
