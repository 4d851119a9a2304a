import { rm } from "node:fs/promises";
import { join } from "node:path";
import { isLocked, lockFile } from "../lock.ts";
import { makeFolders } from "../make-folders.ts";
import { guarded } from "../storage-fault.ts";
import { type CacheNames, cacheNames, indexOf, lockOf, pruneLockOf, statIfThere } from "./folder.ts";
import { isInUse, isLeftover, segmentLines } from "./inspect.ts";
import { bytesOfRow, type KeptLimits, keptRows } from "./kept-rows.ts";
import { olderEntries } from "./older-entry.ts";
import type { Places } from "./places.ts";
import { olderSource, type PruneSource, segmentSource } from "./prune-source.ts";
import { openSegment } from "./segment.ts";
import { segmentReader } from "./segment-reader.ts";
import { writeSegment } from "./write-segment.ts";

/** What a cache is cut down to. */
export interface PruneLimits extends KeptLimits {
  /** Entries that cannot be believed go. */
  readonly spoilt: boolean;
  /** The wall clock, ms. */
  readonly at: number;
  /** What killed processes left before this moment goes; a younger one may be at work now. */
  readonly leftoversBefore: number;
}

/** What went and what stayed, in answers; bytes are those of their lines. */
export interface Pruned {
  readonly removed: number;
  readonly removedBytes: number;
  readonly kept: number;
  readonly keptBytes: number;
  /** Segments that runs are writing to now: they stay as they are. */
  readonly inUse: number;
  readonly leftovers: number;
}

/** Small segments that are worth being put together. */
const SMALL = 1_000_000;
const MANY = 8;

/**
 * Removes what is over the limits, the oldest first, puts many small segments together, and moves the entries that
 * earlier versions kept in a file each into a segment. Safe while runs read and write:
 *
 * - One process at a time does it: the second is refused.
 * - A segment whose writer is alive is left alone. Writers lock a segment before it is there and never come back to
 *   one, so that a segment without a living lock stays as it is.
 * - A segment is never changed. What is kept is written to a new one, which is on the disk under its own name before
 *   the old one goes: at every moment each answer that is kept is in a whole segment, in two of them for a while.
 * - A run that has the old segment open goes on reading it; one that opens it too late finds it gone, looks at the
 *   folder again, and reads the new one.
 */
export async function pruneCache(directory: string, limits: PruneLimits): Promise<Pruned> {
  if (statIfThere(directory) === undefined) return NOTHING;
  await guarded(directory, () => makeFolders(directory));
  const purpose = { code: "E3117", what: "the answer cache is being pruned" };
  const lock = await lockFile(pruneLockOf(directory), limits.at, purpose);
  const reader = segmentReader();
  try {
    const names = cacheNames(directory);
    const found = await sourcesOf(directory, names, { reader, limits });
    const done = await cutDown(directory, found, limits);
    return { ...done, inUse: found.inUse.length, leftovers: await removeLeftovers(directory, names, limits) };
  } finally {
    reader.close();
    await lock.release();
  }
}

const NOTHING: Pruned = { removed: 0, removedBytes: 0, kept: 0, keptBytes: 0, inUse: 0, leftovers: 0 };

interface Found {
  readonly sources: readonly (PruneSource & {
    /** Written anew even where all of its rows are kept. */
    readonly isDue: boolean;
    /** Lines that do not even begin as an answer. */
    readonly strange: number;
  })[];
  /** Of segments that are being written. */
  readonly inUse: readonly Places[];
}

async function sourcesOf(
  directory: string,
  names: CacheNames,
  { reader, limits }: { readonly reader: ReturnType<typeof segmentReader>; readonly limits: PruneLimits },
): Promise<Found> {
  const sources: Found["sources"][number][] = [];
  const inUse: Places[] = [];
  const small = names.segments.filter((name) => (statIfThere(join(directory, name))?.size ?? 0) < SMALL);
  for (const name of names.segments) {
    const path = join(directory, name);
    // Asked before it is read: whoever has ended by then has written all of it.
    const isWritten = await isInUse(path);
    const segment = openSegment(path);
    if (segment === undefined) continue;
    if (isWritten) {
      inUse.push(segment.places);
      continue;
    }
    const isPacked = small.length >= MANY && small.includes(name);
    const { spoilt, strange } = limits.spoilt ? await damageOf(path) : { spoilt: 0, strange: 0 };
    sources.push({ ...segmentSource(segment, reader), isDue: isPacked || spoilt > 0, strange });
  }
  const older = olderSource(olderEntries(directory, names.olderFolders));
  return { sources: [...sources, { ...older, isDue: older.places.size > 0, strange: 0 }], inUse };
}

async function damageOf(path: string) {
  const damage = { spoilt: 0, strange: 0 };
  for await (const { why, isEntry } of segmentLines(path)) {
    if (why !== undefined) damage.spoilt += 1;
    if (!isEntry) damage.strange += 1;
  }
  return damage;
}

async function cutDown(directory: string, { sources, inUse }: Found, limits: PruneLimits) {
  const taken = total(inUse).diskBytes;
  const all = sources.map(({ places }) => places);
  const kept = keptRows(all, limits, taken);
  const due = sources.flatMap((source, at) => {
    const rows = kept[at] ?? new Uint8Array();
    return source.isDue || rows.includes(0) ? [{ source, rows }] : [];
  });
  const written = await writeSegment(directory, due, limits.at);
  for (const { source } of due) await source.remove();
  const before = total([...all, ...inUse]);
  const gone = total(due.map(({ source }) => source.places));
  const back = total(written === undefined ? [] : [written]);
  const strange = due.reduce((sum, { source }) => sum + source.strange, 0);
  return {
    removed: gone.entries - back.entries + strange,
    removedBytes: gone.bytes - back.bytes,
    kept: before.entries - gone.entries + back.entries,
    keptBytes: before.bytes - gone.bytes + back.bytes,
  };
}

function total(sources: readonly Places[]) {
  const sum = { entries: 0, bytes: 0, diskBytes: 0 };
  for (const places of sources) {
    sum.entries += places.size;
    for (let row = 0; row < places.size; row += 1) {
      sum.bytes += (places.lengths[row] ?? 0) + 1;
      sum.diskBytes += bytesOfRow(places, row);
    }
  }
  return sum;
}

/** Half-written files, and locks and indexes of segments that are gone. */
async function removeLeftovers(directory: string, names: CacheNames, limits: PruneLimits): Promise<number> {
  const { segments } = cacheNames(directory);
  const withSegment = new Set(segments.flatMap((name) => [indexOf(name), lockOf(name)]));
  const halves = names.others.filter(isLeftover).map((name) => join(directory, name));
  const older = [...olderEntries(directory, names.olderFolders)].filter(({ key }) => key === undefined);
  const left = [...halves, ...older.map(({ path }) => path)].filter(
    (path) => changedAt(path) < limits.leftoversBefore,
  );
  for (const path of left) await guarded(path, () => rm(path, { force: true }));
  for (const name of names.others) {
    const path = join(directory, name);
    if (isLeftover(name) || withSegment.has(name) || path === pruneLockOf(directory)) continue;
    if (name.endsWith(".lock") && (await isLocked(path))) continue;
    await guarded(path, () => rm(path, { force: true }));
  }
  return left.length;
}

function changedAt(path: string): number {
  return statIfThere(path)?.mtimeMs ?? Number.POSITIVE_INFINITY;
}
