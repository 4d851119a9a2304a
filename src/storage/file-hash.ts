import { createHash } from "node:crypto";
import { open } from "node:fs/promises";
import { Refusal } from "../domain/ports.ts";
import { guarded, NO_SUCH_FILE } from "./storage-fault.ts";

const CHUNK = 1024 * 1024;

/** `sha256:<hex>` of a file's bytes, streamed: for the hashes of the manifest. */
export async function fileHash(file: string): Promise<string> {
  return guarded(file, async () => {
    const handle = await open(file, "r");
    try {
      const hash = createHash("sha256");
      const buffer = Buffer.allocUnsafe(CHUNK);
      for (;;) {
        const { bytesRead } = await handle.read(buffer, 0, CHUNK);
        if (bytesRead === 0) return `sha256:${hash.digest("hex")}`;
        hash.update(buffer.subarray(0, bytesRead));
      }
    } finally {
      await handle.close();
    }
  });
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
