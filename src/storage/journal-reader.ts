import { open } from "node:fs/promises";
import type { Result } from "../domain/fault.ts";
import { Refusal } from "../domain/ports.ts";
import { isAnswer, type Sample, type SampleId } from "../domain/sample.ts";
import { orClosed } from "./close-all.ts";
import { type JournalScan, RESTORE, scanJournal } from "./journal-scan.ts";
import { sampleIndex } from "./sample-index.ts";
import { decodeSample } from "./sample-record.ts";
import { guarded } from "./storage-fault.ts";

/** A journal that is not written to, by sample. A resource: close it. */
export interface JournalReader {
  /** The last answer of a sample, else its last failure: a failure that came later undoes no answer. */
  read(id: SampleId): Promise<Sample | undefined>;
  close(): Promise<void>;
}

/** Checks every record of a journal and changes nothing: what is in it, or a fault for every damaged line. */
export async function checkJournal(file: string): Promise<Result<JournalScan>> {
  return guarded(file, async () => {
    const handle = await open(file, "r");
    try {
      return await scanJournal(handle, file, () => undefined);
    } finally {
      await handle.close();
    }
  });
}

/** Opens a journal whose hash has been checked. Throws a `Refusal` where a record of it is damaged all the same. */
export async function readJournalBySample(file: string): Promise<JournalReader> {
  return guarded(file, async () => {
    const handle = await open(file, "r");
    const [answers, failures] = [sampleIndex(), sampleIndex()];
    await orClosed(handle, async () => {
      const scan = await scanJournal(handle, file, (sample, start, length) => {
        (isAnswer(sample) ? answers : failures).set(sample, "", { start, length });
      });
      if (!scan.ok) throw new Refusal("E3101", `${file} changed while it was read`, RESTORE);
    });
    return {
      read: async (id) => {
        const place = answers.get(id, "") ?? failures.get(id, "");
        if (place === undefined) return undefined;
        const bytes = Buffer.allocUnsafe(place.length);
        await guarded(file, () => handle.read(bytes, 0, place.length, place.start));
        const sample = decodeSample(bytes);
        if (typeof sample === "string")
          throw new Refusal("E3101", `${file} changed while it was read: ${sample}`, RESTORE);
        return sample;
      },
      close: () => handle.close(),
    };
  });
}
