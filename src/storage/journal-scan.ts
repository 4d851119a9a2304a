import type { FileHandle } from "node:fs/promises";
import type { Fault, Result } from "../domain/fault.ts";
import { oneByOne } from "../domain/one-by-one.ts";
import type { Sample } from "../domain/sample.ts";
import { readLines } from "./lines.ts";
import { decodeSample } from "./sample-record.ts";

/** What a pass over a journal found. */
export interface JournalScan {
  readonly records: number;
  /** Bytes of whole, believable records from the start of the file. */
  readonly goodBytes: number;
  /** The last record is whole but its line break is missing. */
  readonly unended: boolean;
  /** Bytes behind the last good record. */
  readonly tornBytes: number;
}

/** Called for every record with its place in the file. */
export type OnRecord = (sample: Sample, start: number, length: number) => void;

const MOST_FAULTS = 20;

/**
 * Checks every record. One bad last line is the torn tail of a kill, and so is a tail that holds NUL bytes
 * (a power loss); any other bad line is a fault with its number.
 */
export async function scanJournal(
  handle: FileHandle,
  file: string,
  onRecord: OnRecord,
): Promise<Result<JournalScan>> {
  let scan: JournalScan = { records: 0, goodBytes: 0, unended: false, tornBytes: 0 };
  const faults: Fault[] = [];
  let tail: Fault[] = [];
  let zeroed = false;
  let bad = 0;
  for await (const line of oneByOne(readLines(handle, file))) {
    const sample = decodeSample(line.bytes);
    const end = line.start + line.bytes.length + (line.ended ? 1 : 0);
    if (typeof sample === "string") {
      if (tail.length < MOST_FAULTS) tail.push(journalFault(file, line.number, sample));
      bad += 1;
      zeroed ||= line.bytes.includes(0);
      scan = { ...scan, tornBytes: end - scan.goodBytes };
      continue;
    }
    faults.push(...tail.slice(0, MOST_FAULTS - faults.length));
    tail = [];
    bad = 0;
    zeroed = false;
    scan = { records: scan.records + 1, goodBytes: end, unended: !line.ended, tornBytes: 0 };
    onRecord(sample, line.start, line.bytes.length);
  }
  if (bad > 1 && !zeroed) faults.push(...tail.slice(0, MOST_FAULTS - faults.length));
  return faults.length > 0 ? { ok: false, faults } : { ok: true, value: scan };
}

/** What to do about a journal that cannot be believed. */
export const RESTORE = "Restore the file from a copy, or drop the damaged records and ask them again.";

/** A record that cannot be believed, by its line. */
export function journalFault(file: string, line: number, why: string): Fault {
  return {
    code: "E3101",
    message: `line ${line} of the journal is damaged: ${why}`,
    place: { file, line, column: 1, endLine: line, endColumn: 1 },
    source: undefined,
    label: undefined,
    hint: RESTORE,
  };
}
