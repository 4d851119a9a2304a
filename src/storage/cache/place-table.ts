import type { Places } from "./places.ts";

/** Finds entries by their digest over all segments, in 8 bytes a slot beside the places themselves. */
export interface PlaceTable {
  /** Takes in a row of a segment. */
  add(segment: number, row: number): void;
  /** Makes room for so many more at once. */
  expect(more: number): void;
  /** Tries the entries with a digest in the order in which they were added, until one gives something. */
  find<T>(
    digest: readonly [number, number],
    read: (segment: number, row: number) => T | undefined,
  ): T | undefined;
}

/**
 * An open-addressing table of at most three quarters. Entries with the same digest stand in it side by side: where
 * one cannot be believed the next one may be.
 */
export function placeTable(placesOf: (segment: number) => Places): PlaceTable {
  let segments = new Uint32Array(1024);
  // A row and 1: 0 is a free slot.
  let rows = new Uint32Array(1024);
  let size = 0;
  const put = (segment: number, row: number) => {
    const mask = rows.length - 1;
    let slot = (placesOf(segment).low[row] ?? 0) & mask;
    while (rows[slot] !== 0) slot = (slot + 1) & mask;
    segments[slot] = segment;
    rows[slot] = row + 1;
  };
  const expect = (more: number) => {
    let slots = rows.length;
    while ((size + more) * 4 > slots * 3) slots *= 2;
    if (slots === rows.length) return;
    const [before, where] = [rows, segments];
    rows = new Uint32Array(slots);
    segments = new Uint32Array(slots);
    for (const slot of inOrder(before)) put(where[slot] ?? 0, (before[slot] ?? 0) - 1);
  };
  return {
    expect,
    add: (segment, row) => {
      expect(1);
      put(segment, row);
      size += 1;
    },
    find: ([high, low], read) => {
      const mask = rows.length - 1;
      for (let slot = low & mask; rows[slot] !== 0; slot = (slot + 1) & mask) {
        const segment = segments[slot] ?? 0;
        const row = (rows[slot] ?? 0) - 1;
        const places = placesOf(segment);
        if (places.low[row] !== low || places.high[row] !== high) continue;
        const found = read(segment, row);
        if (found !== undefined) return found;
      }
      return undefined;
    },
  };
}

/** The taken slots, so that entries of one digest keep their order: a stretch that wraps around begins at its start. */
function* inOrder(rows: Uint32Array): Generator<number> {
  const free = rows.indexOf(0);
  for (let step = 1; step <= rows.length; step += 1) {
    const slot = (free + step) & (rows.length - 1);
    if (rows[slot] !== 0) yield slot;
  }
}
