import { basename, join } from "node:path";
import type { Answer } from "../../domain/outcome.ts";
import { decodeEntry, requireKey } from "./entry.ts";
import { cacheNames, statIfThere } from "./folder.ts";
import { readOlderEntry } from "./older-entry.ts";
import { placeTable } from "./place-table.ts";
import { addPlace, digestOf, noPlaces, type Places } from "./places.ts";
import { openSegment, type Segment } from "./segment.ts";
import { segmentReader } from "./segment-reader.ts";

/** The entries of all segments that this process knows of. A resource: close it. */
export interface KnownEntries {
  /** Looks for segments that have come since where it knows no answer. */
  get(key: string): Answer | undefined;
  /** Takes in a segment of this process, which is empty so far, and gives its number. */
  addOwn(path: string): number;
  /** Takes in an entry of such a segment. */
  add(segment: number, key: string, place: Parameters<typeof addPlace>[2]): void;
  placesOf(segment: number): Places;
  close(): void;
}

/** Finds the entries of a cache. */
export function knownEntries(directory: string): KnownEntries {
  const segments: Pick<Segment, "path" | "places">[] = [];
  const names = new Set<string>();
  const reader = segmentReader();
  const placesOf = (segment: number) => segments[segment]?.places ?? NONE;
  const table = placeTable(placesOf);
  let seenAt = Number.NaN;
  let hasOlder = false;
  /** Takes in the segments that have come since the last look; false where none can have. */
  const look = (): boolean => {
    // When something in the folder came or went.
    const changedAt = statIfThere(directory)?.mtimeMs;
    if (changedAt === undefined || changedAt === seenAt) return false;
    seenAt = changedAt;
    const found = cacheNames(directory);
    hasOlder ||= found.olderFolders.length > 0;
    for (const name of found.segments.filter((each) => !names.has(each))) {
      names.add(name);
      const segment = openSegment(join(directory, name));
      if (segment === undefined) continue;
      const number = segments.push(segment) - 1;
      table.expect(segment.places.size);
      for (let row = 0; row < segment.places.size; row += 1) table.add(number, row);
    }
    return true;
  };
  const find = (key: string) =>
    table.find(digestOf(key), (number, row) => {
      const segment = segments[number];
      if (segment === undefined) return undefined;
      const { starts, lengths } = segment.places;
      const bytes = reader.read(segment.path, starts[row] ?? 0, lengths[row] ?? 0);
      const entry = bytes === undefined ? "it is gone" : decodeEntry(bytes, key);
      return typeof entry === "string" ? undefined : entry;
    });
  look();
  return {
    get: (key: string): Answer | undefined => {
      requireKey(key);
      const found = find(key) ?? (look() ? find(key) : undefined);
      return found ?? (hasOlder ? readOlderEntry(directory, key) : undefined);
    },
    placesOf,
    addOwn: (path: string): number => {
      names.add(basename(path));
      return segments.push({ path, places: noPlaces() }) - 1;
    },
    add: (segment: number, key: string, place: Parameters<typeof addPlace>[2]) =>
      table.add(segment, addPlace(placesOf(segment), key, place)),
    close: reader.close,
  };
}

const NONE = noPlaces(0);
