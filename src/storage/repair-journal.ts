import { randomBytes } from "node:crypto";
import { type FileHandle, open, rename, rm } from "node:fs/promises";
import { dirname } from "node:path";
import { oneByOne } from "../domain/one-by-one.ts";
import { openAside } from "./aside.ts";
import { closeAll } from "./close-all.ts";
import { readLines } from "./lines.ts";
import { syncDirectory } from "./manifest.ts";
import { decodeSample } from "./sample-record.ts";
import { guarded } from "./storage-fault.ts";

/** What a repair took out of a journal. */
export interface Repair {
  /** Records that stay. */
  readonly kept: number;
  /** Every damaged line, by its number in the old file. */
  readonly dropped: readonly DroppedRecord[];
  /** Where the damaged lines are kept as they were; `undefined` where none was damaged. */
  readonly aside: string | undefined;
}

/** A record that cannot be believed. */
export interface DroppedRecord {
  readonly line: number;
  readonly why: string;
}

/**
 * Drops exactly the records that cannot be believed. The journal is replaced whole, once the dropped bytes are safe
 * in a file beside it; one without damage is not touched.
 */
export async function repairJournal(file: string): Promise<Repair> {
  return guarded(file, async () => {
    const handle = await open(file, "r");
    try {
      const { kept, dropped } = await damageOf(handle, file);
      if (dropped.length === 0) return { kept, dropped, aside: undefined };
      const aside = await replaced({ handle, file }, new Set(dropped.map(({ line }) => line)));
      return { kept, dropped, aside };
    } finally {
      await handle.close();
    }
  });
}

async function damageOf(handle: FileHandle, file: string): Promise<Pick<Repair, "kept" | "dropped">> {
  let kept = 0;
  const dropped: DroppedRecord[] = [];
  for await (const { number, bytes } of oneByOne(readLines(handle, file))) {
    const sample = decodeSample(bytes);
    if (typeof sample === "string") dropped.push({ line: number, why: sample });
    else kept += 1;
  }
  return { kept, dropped };
}

interface Opened {
  readonly handle: FileHandle;
  readonly file: string;
}

/** Puts the journal without the bad lines in its place; returns where those are kept. */
async function replaced(opened: Opened, badLines: ReadonlySet<number>): Promise<string> {
  const { file } = opened;
  const temporary = `${file}.tmp-${process.pid}-${randomBytes(4).toString("hex")}`;
  const aside = await openAside(file, "corrupt");
  const closing = [() => aside.handle.close()];
  try {
    const good = await open(temporary, "wx");
    closing.push(() => good.close());
    await divide(opened, { good, bad: aside.handle, badLines });
    await rename(temporary, file);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  } finally {
    await closeAll(closing);
  }
  await syncDirectory(dirname(file));
  return aside.path;
}

interface Divided {
  readonly good: FileHandle;
  readonly bad: FileHandle;
  readonly badLines: ReadonlySet<number>;
}

const NEWLINE = Buffer.of(0x0a);
const BATCH_BYTES = 1 << 20;

async function divide({ handle, file }: Opened, { good, bad, badLines }: Divided): Promise<void> {
  let batch: Buffer[] = [];
  let size = 0;
  const flush = async () => {
    await good.appendFile(Buffer.concat(batch));
    batch = [];
    size = 0;
  };
  for await (const { number, bytes } of oneByOne(readLines(handle, file))) {
    if (badLines.has(number)) await bad.appendFile(Buffer.concat([bytes, NEWLINE]));
    else {
      batch.push(Buffer.from(bytes), NEWLINE);
      size += bytes.length + 1;
    }
    if (size > BATCH_BYTES) await flush();
  }
  await flush();
  await bad.sync();
  await good.sync();
}
