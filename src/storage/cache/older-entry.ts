import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Answer } from "../../domain/outcome.ts";
import { errorCode, storageFault } from "../storage-fault.ts";
import { decodeEntry } from "./entry.ts";
import { namesIn } from "./folder.ts";

/** An answer that an earlier version kept in a file of its own. */
export interface OlderEntry {
  readonly path: string;
  /** The request that it answers; `undefined` for what a killed write left. */
  readonly key: string | undefined;
}

const ENTRY = /^([0-9a-f]{14,})\.json$/;

/** The answer in a file of its own, if there is one that can be believed. */
export function readOlderEntry(directory: string, key: string): Answer | undefined {
  const entry = decodeOlderEntry(join(directory, key.slice(0, 2), `${key.slice(2)}.json`), key);
  return typeof entry === "string" ? undefined : entry;
}

/** The answer of such a file, or why it cannot be believed; `undefined` where it is gone. */
export function decodeOlderEntry(path: string, key: string): Answer | string | undefined {
  try {
    const bytes = readFileSync(path);
    return decodeEntry(bytes.subarray(0, bytes.at(-1) === 0x0a ? -1 : undefined), key);
  } catch (error) {
    if (errorCode(error) === "ENOENT") return undefined;
    throw storageFault(error, path);
  }
}

/** Every file below the folders of earlier versions. */
export function* olderEntries(directory: string, folders: readonly string[]): Generator<OlderEntry> {
  for (const folder of folders) {
    for (const name of namesIn(join(directory, folder))) {
      const rest = ENTRY.exec(name)?.[1];
      yield { path: join(directory, folder, name), key: rest === undefined ? undefined : folder + rest };
    }
  }
}
