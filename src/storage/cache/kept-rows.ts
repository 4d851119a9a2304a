import { ROW } from "./index-file.ts";
import type { Places } from "./places.ts";

/** What an old or large cache is cut down to. */
export interface KeptLimits {
  /** Entries written before this moment go, wall clock, ms. */
  readonly before: number | undefined;
  /** The oldest entries go until the others fit. */
  readonly maxBytes: number | undefined;
}

/** Per source, 1 for a row that is kept. */
export type KeptRows = readonly Uint8Array[];

/** What an entry takes on the disk: its line and its row of the index. */
export function bytesOfRow(places: Places, row: number): number {
  return (places.lengths[row] ?? 0) + 1 + ROW;
}

/** Chooses the rows that are kept, the newest first. `taken` bytes are in use already. */
export function keptRows(sources: readonly Places[], limits: KeptLimits, taken: number): KeptRows {
  const kept = sources.map(({ size }) => new Uint8Array(size));
  const rows = sources.flatMap((places, source) =>
    Array.from(places.seconds.subarray(0, places.size), (seconds, row) => ({ source, row, seconds })),
  );
  rows.sort((left, right) => right.seconds - left.seconds);
  const room = (limits.maxBytes ?? Number.POSITIVE_INFINITY) - taken;
  let size = 0;
  for (const { source, row, seconds } of rows) {
    const places = sources[source];
    if (places === undefined || (limits.before !== undefined && seconds * 1000 < limits.before)) break;
    size += bytesOfRow(places, row);
    if (size > room) break;
    kept[source]?.fill(1, row, row + 1);
  }
  return kept;
}
