import { randomBytes } from "node:crypto";
import { readdirSync, type Stats, statSync } from "node:fs";
import { join } from "node:path";
import { errorCode, storageFault } from "../storage-fault.ts";

/** The names in the folder of a cache, by what they are. */
export interface CacheNames {
  /** The newest first: where two answer the same request, the newer one is tried first. */
  readonly segments: readonly string[];
  /** Folders of the entries that earlier versions kept in a file each. */
  readonly olderFolders: readonly string[];
  /** Locks, indexes and what a killed process left. */
  readonly others: readonly string[];
}

const SEGMENT = /^answers-\d{8}T\d{9}Z-[0-9a-f]{12}\.jsonl$/;
const OLDER_FOLDER = /^[0-9a-f]{2}$/;

/** What is in the folder of a cache; nothing where there is none. */
export function cacheNames(directory: string): CacheNames {
  const names = namesIn(directory);
  const segments = names.filter((name) => SEGMENT.test(name)).reverse();
  const olderFolders = names.filter((name) => OLDER_FOLDER.test(name));
  const others = names.filter((name) => !SEGMENT.test(name) && !OLDER_FOLDER.test(name));
  return { segments, olderFolders, others };
}

/** The sorted names in a folder; none where it is not there. */
export function namesIn(directory: string): readonly string[] {
  try {
    return readdirSync(directory).sort();
  } catch (error) {
    if (errorCode(error) === "ENOENT") return [];
    throw storageFault(error, directory);
  }
}

/** What a file or a folder is; `undefined` where it is not there. */
export function statIfThere(path: string): Stats | undefined {
  try {
    return statSync(path);
  } catch (error) {
    if (errorCode(error) === "ENOENT") return undefined;
    throw storageFault(error, path);
  }
}

/** A name for a new segment that no other process gives: names sort by time. `at` is the wall clock, ms. */
export function newSegmentName(at: number): string {
  const time = new Date(at).toISOString().replaceAll(/[-:.]/g, "");
  return `answers-${time}-${randomBytes(6).toString("hex")}.jsonl`;
}

/** The index beside a segment. */
export function indexOf(segment: string): string {
  return segment.replace(/\.jsonl$/, ".index");
}

/** The lock that the writer of a segment holds. */
export function lockOf(segment: string): string {
  return segment.replace(/\.jsonl$/, ".lock");
}

/** The lock of whoever cuts the cache down. */
export function pruneLockOf(directory: string): string {
  return join(directory, "prune.lock");
}
