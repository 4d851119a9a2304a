import { readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { z } from "zod";
import type { DatasetSummary } from "../domain/dataset.ts";
import { makeFolders } from "./make-folders.ts";
import { replaceFile } from "./manifest.ts";
import { sealed, unsealed } from "./seal.ts";

/** What was found of datasets without a fault, by a key of all that the check hung on: shared by runs. */
export interface CheckedDatasets {
  /** `undefined` where it was not checked, or where what is kept cannot be believed. */
  find(key: string): Promise<DatasetSummary | undefined>;
  /** Does not throw: a check that cannot be kept is made again. */
  keep(key: string, summary: DatasetSummary): Promise<void>;
}

const entrySchema = z.strictObject({
  schema: z.literal(1),
  key: z.string(),
  summary: z.strictObject({
    cases: z.int().positive(),
    hash: z.string().regex(/^sha256:[0-9a-f]{64}$/),
    fields: z.array(z.string()),
  }),
});
const KEY = /^[0-9a-f]{64}$/;

/** Checks in `directory`: one small file for each. */
export function checkedDatasets(directory: string): CheckedDatasets {
  const fileOf = (key: string) => {
    if (!KEY.test(key)) throw new Error(`not the key of a check: ${key}`);
    return join(directory, `${key}.json`);
  };
  return {
    find: async (key) => {
      try {
        return decoded(await readFile(fileOf(key)), key);
      } catch {
        return undefined;
      }
    },
    keep: async (key, summary) => {
      const file = fileOf(key);
      try {
        await makeFolders(dirname(file));
        const entry = JSON.stringify({ schema: 1, key, summary });
        await replaceFile(file, `${sealed(entry)}\n`, { sync: false });
      } catch {
        // Nothing is lost but time.
      }
    },
  };
}

function decoded(bytes: Buffer, key: string): DatasetSummary | undefined {
  const opened = unsealed(bytes);
  if ("why" in opened) return undefined;
  const entry = entrySchema.safeParse(JSON.parse(opened.body));
  return entry.success && entry.data.key === key ? entry.data.summary : undefined;
}
