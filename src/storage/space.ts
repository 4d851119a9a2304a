import { statfs } from "node:fs/promises";
import { Refusal } from "../domain/ports.ts";
import { guarded } from "./storage-fault.ts";

/** A short answer in the journal, its scores, and its place in the cache. */
const BYTES_PER_SAMPLE = 3000;

/** Throws a `Refusal` where a folder's disk cannot even hold short answers to all the samples that are planned. */
export async function requireSpace(directory: string, samples: number): Promise<void> {
  const { bavail, bsize } = await guarded(directory, () => statfs(directory));
  const free = bavail * bsize;
  const needed = samples * BYTES_PER_SAMPLE;
  if (free >= needed) return;
  throw new Refusal(
    "E3007",
    `${samples} samples need about ${megabytes(needed)}, and ${megabytes(free)} are free in ${directory}`,
    "Free some space, or choose another disk with --out. 0 calls made.",
  );
}

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(bytes < 1e7 ? 1 : 0)} MB`;
}
