import { type FileHandle, open } from "node:fs/promises";
import { errorCode } from "./storage-fault.ts";

/** A new file beside another, for bytes that are taken out of it. */
export interface Aside {
  readonly path: string;
  readonly handle: FileHandle;
}

/** Opens `<file>.<word>-<n>`, the first that is not there yet. */
export async function openAside(file: string, word: string): Promise<Aside> {
  for (let number = 1; ; number += 1) {
    const path = `${file}.${word}-${number}`;
    try {
      return { path, handle: await open(path, "wx") };
    } catch (error) {
      if (errorCode(error) !== "EEXIST") throw error;
    }
  }
}
