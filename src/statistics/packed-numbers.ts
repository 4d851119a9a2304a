import type { Numbers } from "./numbers.ts";

/** Numbers by row. NaN is unknown or missing, never zero, and also what a row that is not there holds. */
export interface NumberColumn extends Numbers {
  at(row: number): number;
}

/** A column while it grows. */
export interface GrowingNumbers extends NumberColumn {
  push(value: number): void;
}

const BITS = 13;
const SIZE = 1 << BITS;
const MASK = SIZE - 1;

/** A stretch of rows: the numbers themselves, or the place of each in a short list of values. */
interface Stretch {
  readonly packed: Float64Array | Float32Array | Uint8Array;
  readonly values: Float64Array | undefined;
}

/**
 * Numbers in as few bytes as keep them exactly: stretch by stretch one byte where few values differ, four where all of
 * them fit into that, else eight. Nothing is copied as it grows.
 */
export function packedNumbers(): GrowingNumbers {
  const stretches: Stretch[] = [];
  let last = new Float64Array(64);
  let length = 0;
  return {
    get length() {
      return length;
    },
    push: (value) => {
      const at = length & MASK;
      if (at === last.length) last = grown(last);
      last[at] = value;
      length += 1;
      if (at === MASK) stretches.push(packed(last));
    },
    at: (row) => {
      const stretch = stretches[row >> BITS];
      if (stretch === undefined)
        return row >= 0 && row < length ? (last[row & MASK] ?? Number.NaN) : Number.NaN;
      const code = stretch.packed[row & MASK] ?? Number.NaN;
      return stretch.values === undefined ? code : (stretch.values[code] ?? Number.NaN);
    },
  };
}

function grown(full: Float64Array<ArrayBuffer>): Float64Array<ArrayBuffer> {
  const larger = new Float64Array(Math.min(SIZE, 2 * full.length));
  larger.set(full);
  return larger;
}

const MOST_VALUES = 256;
/** Codes of every stretch that holds one value alone. */
const ALL_FIRST = new Uint8Array(SIZE);

function packed(numbers: Float64Array): Stretch {
  const codes = new Map<number, number>();
  for (const value of numbers) {
    // A Map takes 0 and -0 for one key.
    if (Object.is(value, -0) || (codes.size === MOST_VALUES && !codes.has(value))) return unlisted(numbers);
    if (!codes.has(value)) codes.set(value, codes.size);
  }
  const values = Float64Array.from(codes.keys());
  if (values.length === 1) return { packed: ALL_FIRST, values };
  const coded = new Uint8Array(SIZE);
  for (let at = 0; at < SIZE; at += 1) coded[at] = codes.get(numbers[at] ?? 0) ?? 0;
  return { packed: coded, values };
}

function unlisted(numbers: Float64Array): Stretch {
  const isNarrow = numbers.every((value) => Object.is(Math.fround(value), value));
  return { packed: isNarrow ? Float32Array.from(numbers) : numbers.slice(), values: undefined };
}
