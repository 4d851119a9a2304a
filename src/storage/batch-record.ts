import { mkdir, readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { Refusal } from "../domain/ports.ts";
import { replaceFile, syncDirectory } from "./manifest.ts";
import { parsedJson } from "./parsed-json.ts";
import { known } from "./sample-record.ts";
import { sealed, unsealed } from "./seal.ts";
import { errorCode, guarded } from "./storage-fault.ts";

/** A batch of a run, as it is kept beside the journal: on disk before it is sent, and at every step after. */
export interface BatchRecord {
  readonly number: number;
  /** Name of the target. */
  readonly model: string;
  /** By it the batch is found again at its provider. */
  readonly token: string;
  /** ISO 8601, UTC. */
  readonly plannedAt: string;
  /** `planned`: perhaps sent. `submitted`: at its provider. `rejected`: never was. `ended`: all of it is in the journal. */
  readonly state: "planned" | "submitted" | "rejected" | "ended";
  /** The provider's name for it. */
  readonly name: string | undefined;
  /** The most that it can cost; 0 in a run without a budget in USD. */
  readonly mostUsd: number;
  readonly items: readonly BatchRecordItem[];
}

/** A sample that a batch asks. */
export interface BatchRecordItem {
  readonly id: string;
  readonly task: string;
  readonly caseId: string;
  readonly repeat: number;
  readonly requestKey: string;
}

const recordSchema = z.object({
  schema: z.literal(1),
  number: z.int().min(1),
  model: z.string(),
  token: z.string(),
  plannedAt: z.string(),
  state: z.enum(["planned", "submitted", "rejected", "ended"]),
  name: known(z.string()),
  mostUsd: z.number(),
  items: z.array(
    z.object({
      id: z.string(),
      task: z.string(),
      caseId: z.string(),
      repeat: z.int().min(0),
      requestKey: z.string(),
    }),
  ),
});

const FOLDER = "batches";
const NAME = /^batch-(\d+)\.json$/;

/** Writes a batch so that a reader sees the old record or the new one, whole, even after a power loss. */
export async function writeBatch(runDirectory: string, record: BatchRecord): Promise<void> {
  const directory = join(runDirectory, FOLDER);
  await guarded(directory, async () => {
    if ((await mkdir(directory, { recursive: true })) !== undefined) await syncDirectory(runDirectory);
  });
  const text = `${sealed(JSON.stringify({ schema: 1, ...record }))}\n`;
  await replaceFile(fileOf(runDirectory, record.number), text, { sync: true });
}

/** Reads one batch back. Throws a `Refusal` for one that cannot be believed: it may stand for answers that were paid for. */
export async function readBatch(runDirectory: string, number: number): Promise<BatchRecord> {
  const file = fileOf(runDirectory, number);
  const opened = unsealed(await guarded(file, () => readFile(file)));
  const parsed = recordSchema.safeParse("why" in opened ? undefined : parsedJson(opened.body));
  if (parsed.success) return parsed.data;
  throw new Refusal(
    "E3107",
    `${file} is not the record of a batch: ${"why" in opened ? opened.why : z.prettifyError(parsed.error)}`,
    "It tells where answers are that may be paid for. Restore it; to do without them, delete it and resume the run.",
  );
}

/** The numbers of a run's batches, ascending. */
export async function listBatches(runDirectory: string): Promise<readonly number[]> {
  const directory = join(runDirectory, FOLDER);
  const names = await guarded(directory, async () => {
    try {
      return await readdir(directory);
    } catch (error) {
      if (errorCode(error) === "ENOENT") return [];
      throw error;
    }
  });
  return names.flatMap((name) => NAME.exec(name)?.slice(1).map(Number) ?? []).sort((a, b) => a - b);
}

function fileOf(runDirectory: string, number: number): string {
  return join(runDirectory, FOLDER, `batch-${String(number).padStart(4, "0")}.json`);
}
