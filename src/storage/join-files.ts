import { type FileHandle, open } from "node:fs/promises";
import { guarded } from "./storage-fault.ts";

const CHUNK_BYTES = 1 << 20;

/** Writes a new file of the bytes of others, one after the other, forced to the disk; each ends in a whole line. */
export async function joinFiles(from: readonly string[], to: string): Promise<void> {
  const out = await guarded(to, () => open(to, "wx"));
  try {
    for (const file of from) {
      const source = await guarded(file, () => open(file, "r"));
      try {
        await copyInto(source, file, out, to);
      } finally {
        await source.close();
      }
    }
    await guarded(to, () => out.sync());
  } finally {
    await out.close();
  }
}

async function copyInto(source: FileHandle, file: string, out: FileHandle, to: string): Promise<void> {
  const bytes = Buffer.allocUnsafe(CHUNK_BYTES);
  for (;;) {
    const { bytesRead } = await guarded(file, () => source.read(bytes, 0, CHUNK_BYTES, null));
    if (bytesRead === 0) return;
    // `appendFile` writes all of it, however short a single write was.
    await guarded(to, () => out.appendFile(bytes.subarray(0, bytesRead)));
  }
}
