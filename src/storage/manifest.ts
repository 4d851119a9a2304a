import { randomBytes } from "node:crypto";
import { open, readFile, rename, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { z } from "zod";
import { Refusal } from "../domain/ports.ts";
import type { Manifest } from "../domain/run.ts";
import { STOP_CHOICES } from "../domain/suite.ts";
import { parsedJson } from "./parsed-json.ts";
import { known } from "./sample-record.ts";
import { guarded } from "./storage-fault.ts";

const price = z.object({
  input: z.number(),
  output: z.number(),
  cachedRead: known(z.number()),
  cachedWrite: known(z.number()),
  perHour: known(z.number()),
  source: z.string(),
});

const count = z.int().min(0);
const names = known(z.array(z.string()));

const early = z.object({
  stop: z.enum(STOP_CHOICES),
  isOn: z.boolean(),
  cases: count,
  units: count,
  firstUnits: count,
  slices: z.array(
    z.object({
      task: z.string(),
      where: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])).nullable(),
      cases: count,
      units: count,
      largest: count,
    }),
  ),
  decided: z.object({ cases: count, spared: count }).nullable(),
});

const manifestSchema = z.object({
  schema: z.literal(1),
  id: z.string(),
  suite: z.object({ name: z.string(), file: z.string(), hash: z.string(), text: z.string() }),
  evalsVersion: z.string(),
  seed: z.number(),
  models: z.array(
    z.object({
      name: z.string(),
      backend: z.string(),
      model: z.string(),
      parameters: z.record(z.string(), z.json()),
      repeats: count,
      concurrency: count,
      price: price.nullable(),
      simulated: z.boolean(),
      batch: z.boolean().default(false),
      workflow: z
        .object({
          name: z.string(),
          options: z.record(z.string(), z.json()),
          of: z.string().optional(),
          prices: z.record(z.string(), price.nullable()),
        })
        .nullable()
        .default(null),
    }),
  ),
  tasks: z.array(
    z.object({
      name: z.string(),
      dataset: z.string(),
      datasetHash: z.string(),
      cases: count,
      planned: count,
      scorers: z.array(z.string()),
    }),
  ),
  selection: z.object({
    tasks: names,
    models: names,
    cases: names,
    limit: known(count),
    shard: known(z.object({ index: count, count })),
  }),
  mergedFrom: names,
  state: z.enum(["running", "interrupted", "finished"]),
  startedAt: z.string(),
  finishedAt: z.string().nullable(),
  host: z.object({ platform: z.string(), node: z.string(), cpus: count }),
  totals: z.object({
    planned: count,
    answered: count,
    refused: count,
    empty: count,
    truncated: count,
    failed: count,
    skipped: count,
    unscored: count,
    costUsd: z.number().nullable(),
  }),
  early: known(early),
  spending: known(
    z.object({
      usd: z.number().nullable(),
      calls: count,
      budgetUsd: z.number().nullable(),
      budgetCalls: z.number().nullable(),
      capReached: z.boolean(),
      nextCallUsd: z.number().nullable(),
    }),
  ),
  judges: z
    .array(
      z.object({
        name: z.string(),
        backend: z.string(),
        model: z.string(),
        parameters: z.record(z.string(), z.json()),
        price: price.nullable(),
        simulated: z.boolean(),
        tasks: z.array(z.string()),
        calls: count,
        cached: count,
        failed: count,
        costUsd: z.number().nullable(),
        canaries: z.array(
          z.object({
            judge: z.string(),
            form: z.string(),
            canary: z.string(),
            state: z.enum(["passed", "failed", "unanswered"]),
            reason: z.string(),
          }),
        ),
        embeds: z.boolean().optional(),
      }),
    )
    .default([]),
  hashes: z.object({
    samples: z.string().nullable(),
    judgements: z.string().nullable().default(null),
    scores: z.string().nullable(),
  }),
  attempt: count,
  verdicts: z.json(),
});

/** The manifest's file in a run folder. */
export const MANIFEST_FILE = "run.json";

/** Reads `run.json` of a run folder. Throws a `Refusal` where it is missing or not a manifest. */
export async function readManifest(directory: string): Promise<Manifest> {
  const file = join(directory, MANIFEST_FILE);
  const text = await guarded(file, () => readFile(file, "utf8"));
  const parsed = manifestSchema.safeParse(parsedJson(text));
  if (parsed.success) return parsed.data;
  throw new Refusal(
    "E3102",
    `${file} is not the manifest of a run: ${z.prettifyError(parsed.error)}`,
    "It was changed by hand, or written by another version of evals.",
  );
}

/** Writes `run.json` so that a reader sees the old one or the new one, whole, even after a power loss. */
export async function writeManifest(directory: string, manifest: Manifest): Promise<void> {
  await replaceFile(join(directory, MANIFEST_FILE), `${JSON.stringify(manifest, null, 2)}\n`, { sync: true });
}

/** Puts a file in place whole: temporary file beside it, then rename; `sync` forces both to the disk. */
export async function replaceFile(
  file: string,
  text: string,
  { sync }: { readonly sync: boolean },
): Promise<void> {
  const temporary = `${file}.tmp-${process.pid}-${randomBytes(4).toString("hex")}`;
  await guarded(file, async () => {
    try {
      const handle = await open(temporary, "wx");
      try {
        await handle.writeFile(text);
        if (sync) await handle.sync();
      } finally {
        await handle.close();
      }
      await rename(temporary, file);
    } catch (error) {
      await rm(temporary, { force: true });
      throw error;
    }
    if (sync) await syncDirectory(dirname(file));
  });
}

/** Forces the names in a directory to the disk: a rename then survives a power loss. */
export async function syncDirectory(directory: string): Promise<void> {
  // Windows cannot open a directory; its renames are journalled by the file system.
  if (process.platform === "win32") return;
  const handle = await open(directory, "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
