import { extname } from "node:path";
import type { DatasetSpec } from "../domain/dataset.ts";
import type { OnBytes } from "./lines.ts";
import { readCsv } from "./read-csv.ts";
import { readDocument } from "./read-document.ts";
import { readJsonl } from "./read-jsonl.ts";
import type { Read } from "./record.ts";

/** Reads a file in batches: a step for every record would cost more than the record. */
export type Reader = (file: string, onBytes: OnBytes | undefined) => AsyncGenerator<readonly Read[]>;

const READERS: { readonly [extension: string]: Reader } = {
  ".jsonl": readJsonl,
  ".ndjson": readJsonl,
  ".csv": readCsv,
  ".json": readDocument,
  ".yaml": readDocument,
  ".yml": readDocument,
};

/** By the extension of its file; `undefined` where that is no dataset's. */
export function readerOf({ file }: DatasetSpec): Reader | undefined {
  return READERS[extname(file).toLowerCase()];
}
