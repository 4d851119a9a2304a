import type { ImportSource } from "../importer.ts";

/** The first line of a JSONL file; empty for any other file. */
export function firstLine({ file, bytes }: ImportSource): string {
  if (!/\.(?:jsonl|ndjson)$/i.test(file)) return "";
  const end = bytes.indexOf(10);
  return Buffer.from(end === -1 ? bytes : bytes.subarray(0, end)).toString("utf8");
}
