import { closeSync, openSync, readSync } from "node:fs";
import { errorCode, storageFault } from "../storage-fault.ts";

/** Reads stretches of segments. A resource: close it. */
export interface SegmentReader {
  /** The bytes of a stretch, valid until the next call; `undefined` where the file is gone or shorter. */
  read(path: string, start: number, length: number): Buffer | undefined;
  close(): void;
}

interface OpenFile {
  readonly fd: number;
  block: Buffer;
  /** What of the file is in the block. */
  start: number;
  end: number;
  /** Where the last stretch ended. */
  lastEnd: number;
}

const MOST_OPEN = 32;
const BLOCK = 256 * 1024;

/**
 * A run that is made again asks in the order in which its answers were written: from the second stretch in order on,
 * a whole block is read at once. Reading is synchronous: in the background each step waits for a thread, which takes
 * ten times as long as the step.
 */
export function segmentReader(): SegmentReader {
  const files = new Map<string, OpenFile>();
  const closeOldest = () => {
    const [oldest] = files;
    if (oldest === undefined) return;
    files.delete(oldest[0]);
    closeSync(oldest[1].fd);
  };
  const opened = (path: string): OpenFile => {
    const known = files.get(path);
    if (known !== undefined) return known;
    if (files.size >= MOST_OPEN) closeOldest();
    const file = { fd: openSync(path, "r"), block: Buffer.alloc(0), start: 0, end: 0, lastEnd: 0 };
    files.set(path, file);
    return file;
  };
  return {
    read: (path, start, length) => {
      try {
        return stretch(opened(path), start, length);
      } catch (error) {
        if (errorCode(error) === "ENOENT") return undefined;
        throw storageFault(error, path);
      }
    },
    close: () => {
      while (files.size > 0) closeOldest();
    },
  };
}

function stretch(file: OpenFile, start: number, length: number): Buffer | undefined {
  const end = start + length;
  if (start < file.start || end > file.end) {
    const isInOrder = start >= file.lastEnd && start - file.lastEnd < BLOCK;
    fill(file, start, isInOrder ? Math.max(length, BLOCK) : length);
  }
  file.lastEnd = end;
  return end > file.end ? undefined : file.block.subarray(start - file.start, end - file.start);
}

function fill(file: OpenFile, start: number, length: number): void {
  if (file.block.length < length) file.block = Buffer.allocUnsafe(Math.max(length, 4096));
  file.start = start;
  file.end = start + readSync(file.fd, file.block, 0, length, start);
}
