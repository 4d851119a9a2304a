/** The ids of a dataset, as it is read. */
export interface SeenIds {
  /** The line on which an id was used first, where this is not the first use, as far as is known. */
  firstLine(id: string, line: number): number | undefined;
}

/** 32 bits of a text that hang on the seed too. */
export type Digest = (text: string, seed: number) => number;

/** Ids by 64 bits of their digest, and which digests came twice. */
export interface IdDigests extends SeenIds {
  /** Digests of two ids or of one that stands twice: a second look tells. */
  readonly suspects: ReadonlySet<number>;
}

/**
 * Keeps 8 bytes of every id, in an open-addressing table that doubles when three quarters full: the ids of a million
 * cases in 16 MB. Never knows a first line itself: where `suspects` is not empty, `exactIds` reads them again.
 */
export function idDigests(digest: Digest = murmur): IdDigests {
  let table = { high: new Uint32Array(1024), low: new Uint32Array(1024) };
  let size = 0;
  const suspects = new Set<number>();
  const put = (into: typeof table, high: number, low: number): boolean => {
    const mask = into.low.length - 1;
    let slot = low & mask;
    while (into.low[slot] !== FREE) {
      if (into.low[slot] === low && into.high[slot] === high) return false;
      slot = (slot + 1) & mask;
    }
    into.high[slot] = high;
    into.low[slot] = low;
    return true;
  };
  const grow = () => {
    const slots = table.low.length * 2;
    const larger = { high: new Uint32Array(slots), low: new Uint32Array(slots) };
    for (let slot = 0; slot < table.low.length; slot += 1) {
      const low = table.low[slot] ?? FREE;
      if (low !== FREE) put(larger, table.high[slot] ?? 0, low);
    }
    table = larger;
  };
  return {
    suspects,
    firstLine: (id) => {
      if ((size + 1) * 4 > table.low.length * 3) grow();
      const low = digest(id, LOW_SEED) || 1;
      if (put(table, digest(id, HIGH_SEED), low)) size += 1;
      else suspects.add(low);
      return undefined;
    },
  };
}

/** Keeps the texts of the ids whose digest is suspect: exact, whatever the digests. */
export function exactIds(suspects: ReadonlySet<number>, digest: Digest = murmur): SeenIds {
  const firstLines = new Map<string, number>();
  return {
    firstLine: (id, line) => {
      if (!suspects.has(digest(id, LOW_SEED) || 1)) return undefined;
      const first = firstLines.get(id);
      if (first === undefined) firstLines.set(id, line);
      return first;
    },
  };
}

const FREE = 0;
const LOW_SEED = 0x9747b28c;
const HIGH_SEED = 0x2545f491;

/** 32 bits of a text: murmur3's rounds over UTF-16 code units (Appleby 2011). */
function murmur(text: string, seed: number): number {
  let hash = seed;
  for (let at = 0; at < text.length; at += 1) {
    const scrambled = Math.imul(text.charCodeAt(at), 0xcc9e2d51);
    hash ^= Math.imul((scrambled << 15) | (scrambled >>> 17), 0x1b873593);
    hash = (Math.imul((hash << 13) | (hash >>> 19), 5) + 0xe6546b64) | 0;
  }
  hash ^= text.length;
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}
