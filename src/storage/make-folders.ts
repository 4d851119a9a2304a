import { mkdir, stat } from "node:fs/promises";
import { dirname } from "node:path";
import { errorCode } from "./storage-fault.ts";

/**
 * Makes a folder and those above it that are missing. Node 20's `recursive` never returns where a parent exists but
 * takes no folders (`/proc`).
 */
export function makeFolders(directory: string): Promise<void> {
  return make(directory, { again: true });
}

async function make(directory: string, { again }: { readonly again: boolean }): Promise<void> {
  try {
    await mkdir(directory);
  } catch (error) {
    const code = errorCode(error);
    if (code === "EEXIST" && (await isFolder(directory))) return;
    const parent = dirname(directory);
    if (code !== "ENOENT" || parent === directory || !again) throw error;
    // A parent that is there by now may be another's work of this moment: the second try tells.
    if (!(await isFolder(parent))) await makeFolders(parent);
    await make(directory, { again: false });
  }
}

async function isFolder(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory();
  } catch {
    return false;
  }
}
