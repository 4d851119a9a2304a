import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { pipeline } from "node:stream/promises";
import { Refusal } from "../domain/ports.ts";
import { guarded, NO_SUCH_FILE } from "./storage-fault.ts";

/** `sha256:<hex>` of a file's bytes, streamed: for the hashes of the manifest. */
export async function fileHash(file: string): Promise<string> {
  const hash = createHash("sha256");
  await guarded(file, () => pipeline(createReadStream(file), hash));
  return `sha256:${hash.digest("hex")}`;
}

/** Whether a file is there and has that hash; `null` is no hash and matches nothing. */
export async function hasHash(file: string, hash: string | null): Promise<boolean> {
  try {
    return hash !== null && (await fileHash(file)) === hash;
  } catch (error) {
    if (error instanceof Refusal && error.code === NO_SUCH_FILE) return false;
    throw error;
  }
}
