import type { FileHandle } from "node:fs/promises";

/** Closes the last opened first and every one of them; throws the first fault once all are closed. */
export async function closeAll(closing: readonly (() => Promise<void>)[]): Promise<void> {
  const faults: unknown[] = [];
  for (const close of [...closing].reverse()) {
    try {
      await close();
    } catch (error) {
      faults.push(error);
    }
  }
  if (faults.length > 0) throw faults[0];
}

/** Does some work on an open file, which stays open unless the work throws. */
export async function orClosed<T>(handle: Pick<FileHandle, "close">, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    await handle.close();
    throw error;
  }
}
