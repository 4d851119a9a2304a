import { type FileHandle, open } from "node:fs/promises";
import { join } from "node:path";
import { oneByOne } from "../../domain/one-by-one.ts";
import { readLines } from "../lines.ts";
import { isLocked } from "../lock.ts";
import { errorCode, storageFault } from "../storage-fault.ts";
import { decodeEntry, entryHead } from "./entry.ts";
import { cacheNames, lockOf, statIfThere } from "./folder.ts";
import { decodeOlderEntry, olderEntries } from "./older-entry.ts";
import { openSegment } from "./segment.ts";

/** What a cache holds. */
export interface CacheFacts {
  readonly entries: number;
  /** Of all its files. */
  readonly bytes: number;
  /** Files that processes left which were killed. */
  readonly leftovers: number;
  /** When the oldest and the newest answer were written, wall clock, ms; `undefined` where there is none. */
  readonly oldest: number | undefined;
  readonly newest: number | undefined;
}

/** Counts what a cache holds, without reading its answers. An answer that two runs have written counts twice. */
export function cacheFacts(directory: string): CacheFacts {
  const names = cacheNames(directory);
  const count = { entries: 0, bytes: 0, leftovers: 0, oldest: Infinity, newest: -Infinity };
  const note = (at: number) => {
    count.entries += 1;
    count.oldest = Math.min(count.oldest, at);
    count.newest = Math.max(count.newest, at);
  };
  for (const name of names.segments) {
    const segment = openSegment(join(directory, name));
    count.bytes += segment?.bytes ?? 0;
    for (const seconds of segment?.places.seconds.subarray(0, segment.places.size) ?? [])
      note(seconds * 1000);
  }
  for (const { path, key } of olderEntries(directory, names.olderFolders)) {
    const found = statIfThere(path);
    count.bytes += found?.size ?? 0;
    if (key === undefined) count.leftovers += 1;
    else if (found !== undefined) note(found.mtimeMs);
  }
  for (const name of names.others) {
    count.bytes += statIfThere(join(directory, name))?.size ?? 0;
    if (isLeftover(name)) count.leftovers += 1;
  }
  const isEmpty = count.entries === 0;
  return { ...count, oldest: isEmpty ? undefined : count.oldest, newest: isEmpty ? undefined : count.newest };
}

/** Half-written files: neither an index nor a lock. */
export function isLeftover(name: string): boolean {
  return !name.endsWith(".index") && !name.endsWith(".lock");
}

/** An entry that cannot be believed: a miss for every run. */
export interface SpoiltEntry {
  readonly path: string;
  /** Of a segment. */
  readonly line: number | undefined;
  readonly why: string;
}

/** What a check of every answer found. */
export interface CacheCheck {
  readonly entries: number;
  readonly spoilt: readonly SpoiltEntry[];
}

/** Reads every answer and checks it. */
export async function checkCache(directory: string): Promise<CacheCheck> {
  const names = cacheNames(directory);
  const spoilt: SpoiltEntry[] = [];
  let entries = 0;
  for (const name of names.segments) {
    for await (const { line, why } of segmentLines(join(directory, name))) {
      entries += 1;
      if (why !== undefined) spoilt.push({ path: join(directory, name), line, why });
    }
  }
  for (const { path, key } of olderEntries(directory, names.olderFolders)) {
    if (key === undefined) continue;
    const entry = decodeOlderEntry(path, key);
    if (entry === undefined) continue;
    entries += 1;
    if (typeof entry === "string") spoilt.push({ path, line: undefined, why: entry });
  }
  return { entries, spoilt };
}

interface SegmentLine {
  readonly line: number;
  /** Why it cannot be believed. */
  readonly why: string | undefined;
  /** Whether it begins as an answer: what does not is found by nobody. */
  readonly isEntry: boolean;
}

/** Every line of a segment. Half a line at its end is being written, or was when a process died: it is no entry. */
export async function* segmentLines(path: string): AsyncGenerator<SegmentLine> {
  const handle = await openIfThere(path);
  if (handle === undefined) return;
  try {
    for await (const { number, bytes, ended } of oneByOne(readLines(handle, path))) {
      if (!ended) return;
      const head = entryHead(bytes);
      const entry = head === undefined ? "it does not begin as an answer" : decodeEntry(bytes, head.key);
      yield { line: number, why: typeof entry === "string" ? entry : undefined, isEntry: head !== undefined };
    }
  } finally {
    await handle.close();
  }
}

async function openIfThere(path: string): Promise<FileHandle | undefined> {
  try {
    return await open(path, "r");
  } catch (error) {
    if (errorCode(error) === "ENOENT") return undefined;
    throw storageFault(error, path);
  }
}

/** Whether a process that is alive writes to a segment. */
export function isInUse(segment: string): Promise<boolean> {
  return isLocked(lockOf(segment));
}
