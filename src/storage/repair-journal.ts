import { randomBytes } from "node:crypto";
import { type FileHandle, open, rename, rm } from "node:fs/promises";
import { dirname } from "node:path";
import { openAside } from "./aside.ts";
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
      const { kept, dropped } = await damageOf(handle);
      if (dropped.length === 0) return { kept, dropped, aside: undefined };
      const aside = await openAside(file, "corrupt");
      const temporary = `${file}.tmp-${process.pid}-${randomBytes(4).toString("hex")}`;
      try {
        const good = await open(temporary, "wx");
        try {
          await divide(handle, {
            good,
            bad: aside.handle,
            badLines: new Set(dropped.map(({ line }) => line)),
          });
        } finally {
          await good.close();
          await aside.handle.close();
        }
        await rename(temporary, file);
      } catch (error) {
        await rm(temporary, { force: true });
        throw error;
      }
      await syncDirectory(dirname(file));
      return { kept, dropped, aside: aside.path };
    } finally {
      await handle.close();
    }
  });
}

async function damageOf(handle: FileHandle): Promise<Pick<Repair, "kept" | "dropped">> {
  let kept = 0;
  const dropped: DroppedRecord[] = [];
  for await (const { number, bytes } of readLines(handle)) {
    const sample = decodeSample(bytes.toString("utf8"));
    if (typeof sample === "string") dropped.push({ line: number, why: sample });
    else kept += 1;
  }
  return { kept, dropped };
}

interface Divided {
  readonly good: FileHandle;
  readonly bad: FileHandle;
  readonly badLines: ReadonlySet<number>;
}

const NEWLINE = Buffer.of(0x0a);
const BATCH_BYTES = 1 << 20;

async function divide(handle: FileHandle, { good, bad, badLines }: Divided): Promise<void> {
  let batch: Buffer[] = [];
  let size = 0;
  const flush = async () => {
    await good.appendFile(Buffer.concat(batch));
    batch = [];
    size = 0;
  };
  for await (const { number, bytes } of readLines(handle)) {
    if (badLines.has(number)) await bad.appendFile(Buffer.concat([bytes, NEWLINE]));
    else {
      batch.push(bytes, NEWLINE);
      size += bytes.length + 1;
    }
    if (size > BATCH_BYTES) await flush();
  }
  await flush();
  await bad.sync();
  await good.sync();
}
