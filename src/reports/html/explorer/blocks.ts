import { blockId } from "../case-data.ts";

/** Unpacks a block of the page: base64 of gzip of JSON, written by the program that wrote this script. */
async function unpack<Value>(id: string): Promise<Value> {
  const text = document.getElementById(id)?.textContent ?? "";
  const bytes = Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
  return new Response(stream).json();
}

/** The one block that holds the list. */
export function unpackList<List>(): Promise<List> {
  return unpack<List>(blockId("list", 0));
}

/** All details of one block, which nobody keeps. */
export function unpackBlock<Detail>(kind: "inputs" | "answers", block: number): Promise<readonly Detail[]> {
  return unpack<readonly Detail[]>(blockId(kind, block));
}

/** Reads details by number; blocks are unpacked when first asked for, and the last few are kept. */
export function detailReader<Detail>(kind: "inputs" | "answers" | "judgements", starts: readonly number[]) {
  const kept = new Map<number, Promise<readonly Detail[]>>();
  return async (number: number): Promise<Detail | undefined> => {
    if (number < 0) return undefined;
    const block = starts.findLastIndex((start) => start <= number);
    const details = kept.get(block) ?? unpack<readonly Detail[]>(blockId(kind, block));
    kept.delete(block);
    kept.set(block, details);
    const [oldest] = kept.keys();
    if (kept.size > 8 && oldest !== undefined) kept.delete(oldest);
    return (await details)[number - (starts[block] ?? 0)];
  };
}
