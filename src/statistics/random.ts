/** Seeded chance: `next` is uniform in [0, 1). Structurally the `Random` of the ports. */
export interface Random {
  next(): number;
}

/** The four 32-bit words of the generator; not all zero. */
export type RandomState = readonly [number, number, number, number];

/**
 * A generator that always gives the same numbers for the same seed, on every machine and in every version.
 * A number and its decimal text are the same seed. Source: xoshiro128** 1.1 (Blackman & Vigna 2018).
 */
export function seeded(seed: number | string): Random {
  if (typeof seed === "number" && !Number.isFinite(seed)) throw new RangeError(`seed ${seed} is not finite`);
  const word = (index: number) => hashSeed(`${index}:${seed}`);
  const bits = xoshiro128([word(0) || 1, word(1), word(2), word(3)]);
  // 53 bits: the high 27 of one word above the high 26 of the next.
  return { next: () => ((bits() >>> 5) * 0x4000000 + (bits() >>> 6)) / 0x20000000000000 };
}

/** The raw 32-bit words of xoshiro128**, from a given state. */
export function xoshiro128(state: RandomState): () => number {
  let [a, b, c, d] = state;
  return () => {
    const word = Math.imul(rotate(Math.imul(b, 5), 7), 9) >>> 0;
    const shifted = b << 9;
    c ^= a;
    d ^= b;
    b ^= c;
    a ^= d;
    c ^= shifted;
    d = rotate(d, 11);
    return word;
  };
}

/** A 32-bit unsigned integer of a text: FNV-1a over UTF-16 code units, then murmur3's final mix. */
export function hashSeed(text: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at += 1) {
    const unit = text.charCodeAt(at);
    hash = Math.imul(hash ^ (unit & 0xff), 0x01000193);
    hash = Math.imul(hash ^ (unit >>> 8), 0x01000193);
  }
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}

/** A whole number, uniform in 0 … `bound` − 1. */
export function sampleIndex(bound: number, random: Random): number {
  return Math.floor(random.next() * bound);
}

/** A new array in random order (Fisher–Yates); the items are left alone. */
export function shuffle<Item>(items: readonly Item[], random: Random): readonly Item[] {
  const result: Item[] = [];
  for (const item of items) {
    const slot = sampleIndex(result.length + 1, random);
    const moved = result[slot];
    if (moved === undefined) result.push(item);
    else {
      result.push(moved);
      result[slot] = item;
    }
  }
  return result;
}

/** A standard normal number (Box–Muller; two uniforms each, so that the stream stays in step). */
export function sampleNormal(random: Random): number {
  const radius = Math.sqrt(-2 * Math.log(1 - random.next()));
  return radius * Math.cos(2 * Math.PI * random.next());
}

function rotate(word: number, by: number): number {
  return (word << by) | (word >>> (32 - by));
}
