import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { pipeline } from "node:stream/promises";
import { guarded } from "./storage-fault.ts";

/** `sha256:<hex>` of a file's bytes, streamed: for the hashes of the manifest. */
export async function fileHash(file: string): Promise<string> {
  const hash = createHash("sha256");
  await guarded(file, () => pipeline(createReadStream(file), hash));
  return `sha256:${hash.digest("hex")}`;
}
