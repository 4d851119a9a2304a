import { closeSync, fstatSync, openSync } from "node:fs";
import { errorCode, storageFault } from "../storage-fault.ts";
import { indexOf } from "./folder.ts";
import { readIndex, writeIndex } from "./index-file.ts";
import { addPlace, noPlaces, type Places } from "./places.ts";
import { scanEntries } from "./scan.ts";

/** One file of the cache with its entries found. */
export interface Segment {
  readonly path: string;
  readonly places: Places;
  /** Bytes of whole lines: what is behind them is no entry. */
  readonly covered: number;
  readonly bytes: number;
}

/** A stretch without an index that is worth one: reading so much takes a few milliseconds. */
export const WORTH_AN_INDEX = 1_000_000;

/** Finds the entries of a segment by its index, and those behind what that covers. `undefined` where it is gone. */
export function openSegment(path: string): Segment | undefined {
  try {
    const fd = openSync(path, "r");
    try {
      return found(fd, path);
    } finally {
      closeSync(fd);
    }
  } catch (error) {
    if (errorCode(error) === "ENOENT") return undefined;
    throw storageFault(error, path);
  }
}

function found(fd: number, path: string): Segment {
  const bytes = fstatSync(fd).size;
  const index = readIndex(indexOf(path));
  const isUsable = index !== undefined && index.covered <= bytes;
  const { places, covered } = isUsable ? index : { places: noPlaces(), covered: 0 };
  const end = scanEntries(fd, covered, ({ key, at }, place) => addPlace(places, key, { ...place, at }));
  if (end - covered >= WORTH_AN_INDEX) writeIndex(indexOf(path), { covered: end, places });
  return { path, places, covered: end, bytes };
}
