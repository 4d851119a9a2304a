import { readdir, readFile, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { decodeEntry } from "./answer-cache.ts";
import { errorCode, guarded, storageFault } from "./storage-fault.ts";

/** A file of the answer cache. */
export interface CacheFile {
  readonly path: string;
  /** The request that it answers; `undefined` for what a killed write left. */
  readonly key: string | undefined;
  readonly bytes: number;
  /** When it was written, wall clock, ms. */
  readonly writtenAt: number;
}

/** An entry that cannot be believed: a miss for every run. */
export interface SpoiltEntry {
  readonly path: string;
  readonly why: string;
}

/** What an old or large cache is cut down to. */
export interface PruneLimits {
  /** Entries written before this moment go. */
  readonly before: number | undefined;
  /** The oldest entries go until the others fit. */
  readonly maxBytes: number | undefined;
  /** Entries that cannot be believed go. */
  readonly spoilt: boolean;
  /** What killed writes left before this moment goes; a younger one may be a write of now. */
  readonly leftoversBefore: number;
}

export interface Pruned {
  readonly removed: number;
  readonly removedBytes: number;
  readonly kept: number;
  readonly keptBytes: number;
}

const FOLDER = /^[0-9a-f]{2}$/;
const ENTRY = /^([0-9a-f]+)\.json$/;

/** Every file of a cache; none where there is no cache. */
export async function* cacheFiles(directory: string): AsyncGenerator<CacheFile> {
  for (const folder of (await namesIn(directory)).filter((name) => FOLDER.test(name))) {
    for (const name of await namesIn(join(directory, folder))) {
      const path = join(directory, folder, name);
      const found = await statIfThere(path);
      if (found === undefined) continue;
      const rest = ENTRY.exec(name)?.[1];
      const key = rest === undefined ? undefined : folder + rest;
      yield { path, key, bytes: found.size, writtenAt: found.mtimeMs };
    }
  }
}

/** Why an entry cannot be believed; `undefined` for a sound one, and for one that is gone. */
export async function spoiltReason(path: string, key: string): Promise<string | undefined> {
  try {
    const entry = decodeEntry(await readFile(path, "utf8"), key);
    return typeof entry === "string" ? entry : undefined;
  } catch (error) {
    if (errorCode(error) === "ENOENT") return undefined;
    throw storageFault(error, path);
  }
}

/** Removes what is over the limits, the oldest first. Runs that write meanwhile lose nothing but what was old. */
export async function pruneCache(directory: string, limits: PruneLimits): Promise<Pruned> {
  const kept: CacheFile[] = [];
  const going: CacheFile[] = [];
  for await (const file of cacheFiles(directory)) {
    const isGoing =
      file.key === undefined
        ? file.writtenAt < limits.leftoversBefore
        : file.writtenAt < (limits.before ?? Number.NEGATIVE_INFINITY) ||
          (limits.spoilt && (await spoiltReason(file.path, file.key)) !== undefined);
    (isGoing ? going : kept).push(file);
  }
  kept.sort((left, right) => right.writtenAt - left.writtenAt);
  let size = bytesOf(kept);
  while (limits.maxBytes !== undefined && size > limits.maxBytes) {
    const oldest = kept.pop();
    if (oldest === undefined) break;
    size -= oldest.bytes;
    going.push(oldest);
  }
  for (const { path } of going) await guarded(path, () => rm(path, { force: true }));
  return { removed: going.length, removedBytes: bytesOf(going), kept: kept.length, keptBytes: bytesOf(kept) };
}

function bytesOf(files: readonly CacheFile[]): number {
  return files.reduce((sum, { bytes }) => sum + bytes, 0);
}

async function namesIn(directory: string): Promise<readonly string[]> {
  try {
    return (await readdir(directory)).sort();
  } catch (error) {
    if (errorCode(error) === "ENOENT") return [];
    throw storageFault(error, directory);
  }
}

async function statIfThere(path: string) {
  try {
    return await stat(path);
  } catch (error) {
    if (errorCode(error) === "ENOENT") return undefined;
    throw storageFault(error, path);
  }
}
