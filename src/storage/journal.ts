import { type FileHandle, open } from "node:fs/promises";
import { LARGE, outcomeCharacters } from "../domain/characters.ts";
import type { Result } from "../domain/fault.ts";
import { oneByOne } from "../domain/one-by-one.ts";
import { Refusal } from "../domain/ports.ts";
import { isAnswer, type Sample, type SampleId } from "../domain/sample.ts";
import { openAside } from "./aside.ts";
import { orClosed } from "./close-all.ts";
import { type JournalScan, journalFault, RESTORE, scanJournal } from "./journal-scan.ts";
import { type Line, type LineWriter, lineBytes, lineWriter } from "./line-writer.ts";
import { readLines } from "./lines.ts";
import { type SampleIndex, sampleIndex } from "./sample-index.ts";
import { decodeSample, encodeSample, samplePieces } from "./sample-record.ts";
import { guarded } from "./storage-fault.ts";

/** The journal of a run, open for appending, and what was in it when it was opened. */
export interface Journal {
  /** Records that were there. */
  readonly records: number;
  /** Where the torn tail of an earlier kill was kept, if there was one. */
  readonly tornFile: string | undefined;
  /** Resolves once the record would survive a kill of this process; synced to the disk within 25 ms. */
  append(sample: Sample): Promise<void>;
  /** The samples that already have an answer: what a resumed run does not ask again. */
  readonly answered: {
    readonly count: number;
    has(id: SampleId, requestKey: string): boolean;
    /** Of its record. */
    bytes(id: SampleId, requestKey: string): number;
    read(id: SampleId, requestKey: string): Promise<Sample>;
  };
  close(): Promise<void>;
}

/**
 * Opens (or starts) a journal. A torn tail is cut and kept aside as `<file>.torn-<n>`; damage before the tail is
 * a fault for every line, and then nothing is changed. Throws a `Refusal` for what the file system refuses.
 * `onRecord` sees every record that was there. With `findsAppended`, what is appended can be read back as well.
 */
export async function openJournal(
  file: string,
  onRecord: (sample: Sample) => void = () => undefined,
  { findsAppended = false }: { readonly findsAppended?: boolean } = {},
): Promise<Result<Journal>> {
  return guarded(file, async () => {
    const handle = await open(file, "a+");
    const index = sampleIndex();
    return orClosed(handle, async () => {
      const scan = await scanJournal(handle, file, (sample, start, length) => {
        onRecord(sample);
        if (isAnswer(sample)) index.set(sample, sample.requestKey, { start, length });
      });
      if (!scan.ok) {
        await handle.close();
        return scan;
      }
      const { records } = scan.value;
      const tornFile = await mendTail(handle, file, scan.value);
      const writer = lineWriter(handle, file);
      const end = findsAppended ? (await handle.stat()).size : undefined;
      return { ok: true, value: journalOf({ handle, file, index, writer, tornFile, records, end }) };
    });
  });
}

interface Opened {
  readonly handle: FileHandle;
  readonly file: string;
  readonly index: SampleIndex;
  readonly writer: LineWriter;
  readonly tornFile: string | undefined;
  readonly records: number;
  /** Bytes in the file, where what is appended is indexed too. */
  readonly end: number | undefined;
}

function journalOf({ handle, file, index, writer, tornFile, records, end }: Opened): Journal {
  let next = end;
  const appendFound = async (sample: Sample, line: Line, start: number) => {
    const length = lineBytes(line) - 1;
    next = start + length + 1;
    await writer.append(line);
    if (isAnswer(sample)) index.set(sample, sample.requestKey, { start, length });
  };
  const append = (sample: Sample) => {
    const line = isLarge(sample) ? samplePieces(sample) : encodeSample(sample);
    return next === undefined ? writer.append(line) : appendFound(sample, line, next);
  };
  const read = async (id: SampleId, requestKey: string) => {
    const place = index.get(id, requestKey);
    if (place === undefined) throw new Error(`sample ${id.task}/${id.caseId} is not in the journal`);
    const bytes = Buffer.allocUnsafe(place.length);
    await guarded(file, () => handle.read(bytes, 0, place.length, place.start));
    const sample = decodeSample(bytes);
    if (typeof sample === "string")
      throw new Refusal("E3101", `${file} changed while it was read: ${sample}`, RESTORE);
    return sample;
  };
  return {
    records,
    tornFile,
    append,
    answered: {
      count: index.size,
      has: (id, key) => index.get(id, key) !== undefined,
      bytes: (id, key) => index.get(id, key)?.length ?? 0,
      read,
    },
    close: () => writer.close(),
  };
}

/** A record that is made piece by piece, as it is written. */
function isLarge({ outcome }: Sample): boolean {
  return outcomeCharacters(outcome) >= LARGE;
}

/** Leaves the file ending in a whole line; the cut bytes are safe on disk before the cut. */
async function mendTail(handle: FileHandle, file: string, scan: JournalScan): Promise<string | undefined> {
  if (scan.tornBytes > 0) {
    const bytes = Buffer.alloc(scan.tornBytes);
    await handle.read(bytes, 0, scan.tornBytes, scan.goodBytes);
    const aside = await keepAside(file, bytes);
    await handle.truncate(scan.goodBytes);
    if (scan.unended) await handle.appendFile("\n");
    await handle.datasync();
    return aside;
  }
  if (scan.unended) await handle.appendFile("\n");
  return undefined;
}

async function keepAside(file: string, bytes: Buffer): Promise<string> {
  const { path, handle } = await openAside(file, "torn");
  try {
    await handle.writeFile(bytes);
    await handle.sync();
    return path;
  } finally {
    await handle.close();
  }
}

/**
 * The records of a journal in the order written, one in memory at a time; failed asks that were asked again
 * later are still in here. Throws a `Refusal` that names the line for a record that cannot be believed.
 */
export async function* readJournal(file: string): AsyncGenerator<Sample> {
  const handle = await guarded(file, () => open(file, "r"));
  try {
    for await (const line of oneByOne(readLines(handle, file))) {
      const sample = decodeSample(line.bytes);
      if (typeof sample === "string") {
        const fault = journalFault(file, line.number, sample);
        throw new Refusal(fault.code, `${file}:${line.number}: ${fault.message}`, fault.hint ?? "");
      }
      yield sample;
    }
  } finally {
    await handle.close();
  }
}
