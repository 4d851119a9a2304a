import { rm, rmdir } from "node:fs/promises";
import { dirname } from "node:path";
import { errorCode, guarded } from "../storage-fault.ts";
import { decodeEntry, encodeEntry, entryHead } from "./entry.ts";
import { indexOf, lockOf, statIfThere } from "./folder.ts";
import { decodeOlderEntry, type OlderEntry } from "./older-entry.ts";
import { addPlace, noPlaces, type Places } from "./places.ts";
import type { Segment } from "./segment.ts";
import type { SegmentReader } from "./segment-reader.ts";

/** Entries that are kept or go: those of a segment, or all that an earlier version kept in a file each. */
export interface PruneSource {
  readonly places: Places;
  /** The entry of a row as a line of a segment; `undefined` for one that cannot be believed. */
  line(row: number): { readonly key: string; readonly text: string } | undefined;
  /** Takes it all away, once what is kept of it stands elsewhere. */
  remove(): Promise<void>;
}

/** The entries of a segment that nobody writes to. */
export function segmentSource({ path, places }: Segment, reader: SegmentReader): PruneSource {
  return {
    places,
    line: (row) => {
      const bytes = reader.read(path, places.starts[row] ?? 0, places.lengths[row] ?? 0);
      const head = bytes === undefined ? undefined : entryHead(bytes);
      if (bytes === undefined || head === undefined) return undefined;
      if (typeof decodeEntry(bytes, head.key) === "string") return undefined;
      return { key: head.key, text: `${bytes.toString("utf8")}\n` };
    },
    remove: async () => {
      // The index and the lock last: without its segment neither means anything.
      for (const file of [path, indexOf(path), lockOf(path)])
        await guarded(file, () => rm(file, { force: true }));
    },
  };
}

/** The entries that an earlier version kept in a file each: what is kept of them moves into a segment. */
export function olderSource(entries: Iterable<OlderEntry>): PruneSource {
  const places = noPlaces();
  const files: { readonly path: string; readonly key: string; readonly at: number }[] = [];
  for (const { path, key } of entries) {
    const found = key === undefined ? undefined : statIfThere(path);
    if (key === undefined || found === undefined) continue;
    files.push({ path, key, at: found.mtimeMs });
    addPlace(places, key, { start: 0, length: found.size, at: found.mtimeMs });
  }
  return {
    places,
    line: (row) => {
      const file = files[row];
      const entry = file && decodeOlderEntry(file.path, file.key);
      if (file === undefined || entry === undefined || typeof entry === "string") return undefined;
      return { key: file.key, text: encodeEntry(file.key, file.at, entry) };
    },
    remove: async () => {
      for (const { path } of files) await guarded(path, () => rm(path, { force: true }));
      for (const folder of new Set(files.map(({ path }) => dirname(path)))) await removeIfEmpty(folder);
    },
  };
}

async function removeIfEmpty(folder: string): Promise<void> {
  try {
    await rmdir(folder);
  } catch (error) {
    // Something else is in it, or it is gone.
    if (errorCode(error) === undefined) throw error;
  }
}
