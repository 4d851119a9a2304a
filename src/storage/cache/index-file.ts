import { createHash } from "node:crypto";
import { readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { errorCode } from "../storage-fault.ts";
import type { Places } from "./places.ts";

/** The index beside a segment: where its first `covered` bytes have their entries. Derived; can be deleted. */
export interface SegmentIndex {
  readonly covered: number;
  readonly places: Places;
}

// Read as another number by a processor of the other byte order, and then as no index.
const MAGIC = 0x65_76_69_31;
const HEADER = 32;
/** What an entry takes in an index, bytes. */
export const ROW = 24;

/** Reads an index; `undefined` where there is none, and for one that is not whole. */
export function readIndex(file: string): SegmentIndex | undefined {
  const bytes = readIfThere(file);
  if (bytes === undefined || bytes.length < HEADER) return undefined;
  const { buffer } = new Uint8Array(bytes);
  const [magic, size] = new Uint32Array(buffer, 0, 2);
  const [covered] = new Float64Array(buffer, 8, 1);
  if (magic !== MAGIC || size === undefined || covered === undefined) return undefined;
  if (bytes.length !== HEADER + ROW * size) return undefined;
  if (!checksum(new Uint8Array(buffer)).equals(bytes.subarray(16, HEADER))) return undefined;
  return { covered, places: columnsOf(buffer, size) };
}

function columnsOf(buffer: ArrayBuffer, size: number): Places {
  const column = (at: number) => new Uint32Array(buffer, HEADER + size * (8 + 4 * at), size);
  const starts = new Float64Array(buffer, HEADER, size);
  return { size, starts, high: column(0), low: column(1), lengths: column(2), seconds: column(3) };
}

/**
 * Writes the index of a segment, whole or not at all. One that cannot be written is left out: the segment is read
 * instead, and a disk that is full says so where an answer is at stake.
 */
export function writeIndex(file: string, { covered, places }: SegmentIndex): void {
  const { size } = places;
  const buffer = new ArrayBuffer(HEADER + ROW * size);
  new Uint32Array(buffer, 0, 2).set([MAGIC, size]);
  new Float64Array(buffer, 8, 1).set([covered]);
  const columns = columnsOf(buffer, size);
  for (const name of ["starts", "high", "low", "lengths", "seconds"] as const)
    columns[name].set(places[name].subarray(0, size));
  const bytes = new Uint8Array(buffer);
  bytes.set(checksum(bytes), 16);
  const temporary = `${file}.tmp-${process.pid}`;
  try {
    writeFileSync(temporary, bytes);
    renameSync(temporary, file);
  } catch (error) {
    if (errorCode(error) === undefined) throw error;
    rmSync(temporary, { force: true });
  }
}

/** 16 bytes of the SHA-256 of all but themselves. */
function checksum(bytes: Uint8Array): Buffer {
  const hash = createHash("sha256").update(bytes.subarray(0, 16)).update(bytes.subarray(HEADER));
  return hash.digest().subarray(0, 16);
}

function readIfThere(file: string): Buffer | undefined {
  try {
    return readFileSync(file);
  } catch (error) {
    // An index that cannot be read is none: the segment tells the same.
    if (errorCode(error) === undefined) throw error;
    return undefined;
  }
}
