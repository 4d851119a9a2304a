/**
 * Where the entries of one segment stand: 24 bytes an entry. A request key is held by its first 64 bits; the entry
 * itself holds all of it, and is asked.
 */
export interface Places {
  size: number;
  /** 64 bits of the key. */
  high: Uint32Array;
  low: Uint32Array;
  starts: Float64Array;
  /** Without the line break. */
  lengths: Uint32Array;
  /** When it was written: seconds since the epoch. */
  seconds: Uint32Array;
}

/** No entries yet. */
export function noPlaces(room = 256): Places {
  return {
    size: 0,
    high: new Uint32Array(room),
    low: new Uint32Array(room),
    starts: new Float64Array(room),
    lengths: new Uint32Array(room),
    seconds: new Uint32Array(room),
  };
}

/** The 64 bits by which a key is found. */
export function digestOf(key: string): readonly [number, number] {
  return [Number.parseInt(key.slice(0, 8), 16), Number.parseInt(key.slice(8, 16), 16)];
}

/** One more entry; its row is the size before. */
export function addPlace(
  places: Places,
  key: string,
  { start, length, at }: { readonly start: number; readonly length: number; readonly at: number },
): number {
  if (places.size === places.starts.length) grow(places);
  const row = places.size;
  [places.high[row] = 0, places.low[row] = 0] = digestOf(key);
  places.starts[row] = start;
  places.lengths[row] = length;
  places.seconds[row] = Math.floor(at / 1000);
  places.size += 1;
  return row;
}

function grow(places: Places): void {
  const room = Math.max(256, places.size * 2);
  const larger = noPlaces(room);
  larger.high.set(places.high);
  larger.low.set(places.low);
  larger.starts.set(places.starts);
  larger.lengths.set(places.lengths);
  larger.seconds.set(places.seconds);
  Object.assign(places, larger, { size: places.size });
}
