import { readSync } from "node:fs";
import { type EntryHead, entryHead } from "./entry.ts";

/** Where an entry stands; its length is without the line break. */
export interface EntryPlace {
  readonly start: number;
  readonly length: number;
}

const CHUNK = 1024 * 1024;
const NEWLINE = 0x0a;

/**
 * Finds the entries of an open segment from an offset on, by their heads alone: what they hold is checked when they
 * are read. Gives the end of the last whole line; what stands behind it is being written, or was when a process died.
 */
export function scanEntries(
  fd: number,
  from: number,
  onEntry: (head: EntryHead, place: EntryPlace) => void,
): number {
  let buffer = Buffer.allocUnsafe(CHUNK);
  let start = from;
  let kept = 0;
  for (;;) {
    if (kept === buffer.length) buffer = Buffer.concat([buffer, Buffer.allocUnsafe(buffer.length)]);
    const read = readSync(fd, buffer, kept, buffer.length - kept, start + kept);
    if (read === 0) return start;
    const bytes = buffer.subarray(0, kept + read);
    let begin = 0;
    for (let end = bytes.indexOf(NEWLINE); end !== -1; end = bytes.indexOf(NEWLINE, begin)) {
      const head = entryHead(bytes.subarray(begin, end));
      if (head !== undefined) onEntry(head, { start: start + begin, length: end - begin });
      begin = end + 1;
    }
    buffer.copyWithin(0, begin, bytes.length);
    kept = bytes.length - begin;
    start += begin;
  }
}
