import { promisify } from "node:util";
import { gzip } from "node:zlib";
import { blockId } from "../reports/html/case-data.ts";
import { dataBlock } from "../reports/html/explorer-section.ts";

const compress = promisify(gzip);
/** JSON of one block, in characters. */
const BLOCK = 400_000;
/** Compressed data of a whole page, in characters of base64: it stays a file that a CI keeps and a mail carries. */
const MOST_DATA = 24_000_000;
/** The last part of the room is for cases on which the models differ. */
const FOR_TELLING = 8_000_000;

type Kind = Parameters<typeof blockId>[0];

/** One detail on its way into a block. */
export interface Packable {
  /** The last room is kept for these. */
  readonly isTelling: boolean;
  /** Told the number of the detail, or -1 where there is no room; false where the page has no place for it. */
  place(number: number): boolean;
  readonly detail: unknown;
}

/** The blocks of a page, as they fill. */
export interface Packing {
  readonly blocks: readonly string[];
  /** Packs details while there is room; gives the number of the first detail of each block. */
  pack(kind: Kind, details: AsyncIterable<Packable>): Promise<readonly number[]>;
  counts(kind: Kind): { readonly kept: number; readonly all: number };
}

/** Starts the blocks of one page, which share its room. */
export function startPacking(): Packing {
  const blocks: string[] = [];
  const counted = new Map<Kind, { kept: number; all: number }>();
  let used = 0;
  return {
    blocks,
    counts: (kind) => counted.get(kind) ?? { kept: 0, all: 0 },
    pack: async (kind, details) => {
      const starts: number[] = [];
      const count = { kept: 0, all: 0 };
      counted.set(kind, count);
      let pending: string[] = [];
      let size = 0;
      const flush = async () => {
        if (pending.length === 0) return;
        const block = dataBlock(blockId(kind, starts.length), await packed(`[${pending.join(",")}]`));
        starts.push(count.kept - pending.length);
        blocks.push(block);
        used += block.length;
        pending = [];
        size = 0;
      };
      for await (const { isTelling, place, detail } of details) {
        const isFull = used > MOST_DATA - (isTelling ? 0 : FOR_TELLING);
        if (!place(isFull ? -1 : count.kept)) continue;
        count.all += 1;
        if (isFull) continue;
        const text = JSON.stringify(detail);
        pending.push(text);
        size += text.length;
        count.kept += 1;
        if (size > BLOCK) await flush();
      }
      await flush();
      return starts;
    },
  };
}

/** Gzip in base64: no character of it ends an element. */
export async function packed(text: string): Promise<string> {
  return (await compress(text)).toString("base64");
}
