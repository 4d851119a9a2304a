import { Buffer } from "node:buffer";
import type { FileNode, MemoryFiles } from "./pyodide.ts";

/** Files of Pyodide: bounded while an answer runs, and as before when it has ended. */
export interface PythonFiles {
  /** Puts everything back; false where that is not possible. */
  restore(): boolean;
}

const BYTES_PER_MB = 2 ** 20;
/** What one answer may write in all. They are in the memory of the process, beside that of Python. */
const MOST_BYTES = 32 * BYTES_PER_MB;
/** `ENOSPC`, as Emscripten counts. */
const NO_SPACE = 51;
const HOME = "/home/pyodide";
/** They hold no files. */
const SYSTEM = ["/dev", "/proc"];

/** Bounds the files of an interpreter, and remembers them as they are. */
export function keepFiles(FS: MemoryFiles): PythonFiles {
  let written = 0;
  const { MEMFS } = FS.filesystems;
  const { expandFileStorage, resizeFileStorage } = MEMFS;
  const bounded = (change: (node: FileNode, size: number) => void) => (node: FileNode, size: number) => {
    const { length } = node.contents;
    if (size > length && (size > MOST_BYTES || written > MOST_BYTES)) throw new FS.ErrnoError(NO_SPACE);
    change(node, size);
    // A file grows in larger steps than it is asked to.
    written += Math.max(0, node.contents.length - length);
  };
  MEMFS.expandFileStorage = bounded(expandFileStorage);
  MEMFS.resizeFileStorage = bounded(resizeFileStorage);
  const before = listFiles(FS);
  const contents = new Map([...before].map(([path, node]) => [path, bytesOf(FS, node)?.slice()]));
  const streams = FS.streams.slice(0, 3);
  return {
    restore() {
      written = 0;
      try {
        for (const stream of FS.streams.slice(3)) if (stream) FS.close(stream);
        if (streams.some((stream, fd) => FS.streams[fd] !== stream)) return false;
        FS.chdir(HOME);
        // Deepest first, so that folders are empty when their turn comes.
        for (const [path, node] of [...listFiles(FS)].reverse()) {
          if (before.has(path)) continue;
          if (FS.isDir(node.mode)) FS.rmdir(path);
          else FS.unlink(path);
        }
        const after = listFiles(FS);
        return (
          after.size === before.size &&
          [...before].every(([path, node]) => {
            const now = after.get(path);
            return now === node && isSame(bytesOf(FS, now), contents.get(path));
          })
        );
      } catch {
        return false;
      }
    },
  };
}

/** Every path with its node, folders before what they hold. */
function listFiles(FS: MemoryFiles, folder = "/"): ReadonlyMap<string, FileNode> {
  const found = new Map<string, FileNode>();
  const queue = [folder];
  for (let at = queue.shift(); at !== undefined; at = queue.shift()) {
    for (const name of FS.readdir(at)) {
      const path = at === "/" ? `/${name}` : `${at}/${name}`;
      if (name === "." || name === ".." || SYSTEM.includes(path)) continue;
      const { node } = FS.lookupPath(path, { follow: false });
      found.set(path, node);
      if (FS.isDir(node.mode)) queue.push(path);
    }
  }
  return found;
}

function bytesOf(FS: MemoryFiles, node: FileNode): Uint8Array | undefined {
  return FS.isFile(node.mode) ? node.contents.subarray(0, node.usedBytes) : undefined;
}

function isSame(bytes: Uint8Array | undefined, others: Uint8Array | undefined): boolean {
  if (bytes === undefined || others === undefined) return bytes === others;
  return Buffer.compare(bytes, others) === 0;
}
