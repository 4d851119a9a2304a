import { open, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { syncDirectory } from "../manifest.ts";
import { guarded } from "../storage-fault.ts";
import { indexOf, newSegmentName } from "./folder.ts";
import { writeIndex } from "./index-file.ts";
import { placeTable } from "./place-table.ts";
import { addPlace, digestOf, noPlaces, type Places } from "./places.ts";
import type { PruneSource } from "./prune-source.ts";
import { WORTH_AN_INDEX } from "./segment.ts";

/** A source and which of its rows are kept. */
export interface KeptSource {
  readonly source: PruneSource;
  readonly rows: Uint8Array;
}

const BATCH = 1_000_000;

/**
 * Writes what is kept of some sources to a segment of its own, each answer once, and only those that can be believed.
 * It has its name once it is whole and on the disk. `undefined` where nothing is kept.
 */
export async function writeSegment(
  directory: string,
  sources: readonly KeptSource[],
  at: number,
): Promise<Places | undefined> {
  const path = join(directory, newSegmentName(at));
  const part = `${path}.part`;
  if (sources.every(({ rows }) => !rows.includes(1))) return undefined;
  return guarded(path, async () => {
    const handle = await open(part, "ax");
    try {
      const places = noPlaces();
      let covered = 0;
      try {
        for (const text of batches(keptLines(sources, places))) {
          await handle.appendFile(text);
          covered += Buffer.byteLength(text);
        }
        await handle.sync();
      } finally {
        await handle.close();
      }
      if (covered === 0) {
        await rm(part);
        return undefined;
      }
      await rename(part, path);
      await syncDirectory(directory);
      if (covered >= WORTH_AN_INDEX) writeIndex(indexOf(path), { covered, places });
      return places;
    } catch (error) {
      await rm(part, { force: true });
      throw error;
    }
  });
}

/** The lines that are kept, one after the other; their places are noted on the way. */
function* keptLines(sources: readonly KeptSource[], places: Places): Generator<string> {
  const seen = placeTable(() => places);
  let start = 0;
  for (const { source, rows } of sources) {
    for (let row = 0; row < rows.length; row += 1) {
      const line = rows[row] === 1 ? source.line(row) : undefined;
      if (line === undefined || seen.find(digestOf(line.key), () => true) === true) continue;
      const length = Buffer.byteLength(line.text) - 1;
      const at = (source.places.seconds[row] ?? 0) * 1000;
      seen.add(0, addPlace(places, line.key, { start, length, at }));
      start += length + 1;
      yield line.text;
    }
  }
}

function* batches(lines: Iterable<string>): Generator<string> {
  let batch: string[] = [];
  let size = 0;
  for (const line of lines) {
    batch.push(line);
    size += line.length;
    if (size < BATCH) continue;
    yield batch.join("");
    batch = [];
    size = 0;
  }
  if (size > 0) yield batch.join("");
}
