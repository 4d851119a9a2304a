import fs from "node:fs";
import promises, { type FileHandle } from "node:fs/promises";
import { syncBuiltinESMExports } from "node:module";
import { Readable } from "node:stream";

/** How an operation fails. `short`: half of what was to be written is written, and then no space is left. */
export type DiskFaultKind = "EIO" | "ENOSPC" | "EROFS" | "EMFILE" | "short";
export const DISK_FAULT_KINDS: readonly DiskFaultKind[] = ["EIO", "ENOSPC", "EROFS", "EMFILE", "short"];

/** Which operation fails: the `at`-th (1 is the first), or that and every one after it. */
export interface DiskFault {
  readonly kind: DiskFaultKind;
  readonly at: number;
  readonly forever: boolean;
}

/** A disk below one folder that fails when told to; everything else on the machine is left alone. */
export interface FaultyDisk {
  /** Counts from here on, and fails where `fault` says. */
  arm(below: string, fault: DiskFault | undefined): void;
  /** Operations since it was armed. */
  operations(): number;
  /** Names of those that failed. */
  failures(): readonly string[];
  /** Gives the file system back. */
  restore(): void;
}

const BY_PATH = [
  ...["open", "mkdir", "readdir", "readFile", "writeFile", "rename", "rm", "link", "stat", "statfs"],
] as const;
const BY_HANDLE = ["read", "write", "writeFile", "appendFile", "datasync", "sync", "truncate"] as const;
const WRITES: readonly string[] = ["write", "writeFile", "appendFile"];

/** Puts a layer under Node's own file functions: the program above it is the real one, and so are its files. */
export function faultyDisk(): FaultyDisk {
  let below: string | undefined;
  let fault: DiskFault | undefined;
  let count = 0;
  const failed: string[] = [];
  const isBelow = (path: unknown) => below !== undefined && String(path).startsWith(below);
  /** The kind of fault that the next operation has to fail with. */
  const due = (operation: string): DiskFaultKind | undefined => {
    count += 1;
    if (fault === undefined || count < fault.at || (count > fault.at && !fault.forever)) return undefined;
    failed.push(operation);
    return fault.kind;
  };
  const onHandle = (handle: FileHandle, path: string): FileHandle => {
    for (const name of BY_HANDLE) {
      const real: unknown = handle[name];
      if (typeof real !== "function") throw new Error(`a file handle has no ${name}`);
      const layered = async (...args: unknown[]) => {
        const kind = due(name);
        if (kind === undefined) return Reflect.apply(real, handle, args);
        if (kind === "short" && WRITES.includes(name)) await Reflect.apply(real, handle, halved(args));
        throw failure(kind, name, path);
      };
      Object.assign(handle, { [name]: layered });
    }
    return handle;
  };
  const originals: Record<string, unknown> = { createReadStream: fs.createReadStream };
  for (const name of BY_PATH) {
    const real: unknown = Reflect.get(promises, name);
    if (typeof real !== "function") throw new Error(`there is no ${name}`);
    originals[name] = real;
    const layered = async (...args: unknown[]) => {
      const [path] = args;
      if (!isBelow(path)) return Reflect.apply(real, promises, args);
      const kind = due(name);
      if (kind !== undefined) throw failure(kind, name, String(path));
      const result = await Reflect.apply(real, promises, args);
      return name === "open" ? onHandle(result, String(path)) : result;
    };
    Object.assign(promises, { [name]: layered });
  }
  const stream = fs.createReadStream;
  const layered = (...args: Parameters<typeof stream>) => {
    const kind = isBelow(args[0]) ? due("createReadStream") : undefined;
    if (kind === undefined) return stream(...args);
    return new Readable({
      read() {
        this.destroy(failure(kind, "read", String(args[0])));
      },
    });
  };
  Object.assign(fs, { createReadStream: layered });
  syncBuiltinESMExports();
  return {
    arm: (folder, next) => {
      below = folder;
      fault = next;
      count = 0;
      failed.length = 0;
    },
    operations: () => count,
    failures: () => failed,
    restore: () => {
      const { createReadStream, ...others } = originals;
      Object.assign(promises, others);
      Object.assign(fs, { createReadStream });
      syncBuiltinESMExports();
    },
  };
}

function halved([data, ...rest]: readonly unknown[]): readonly unknown[] {
  const bytes = Buffer.isBuffer(data) ? data : Buffer.from(String(data));
  return [bytes.subarray(0, bytes.length >> 1), ...rest];
}

function failure(kind: DiskFaultKind, operation: string, path: string): Error {
  const code = kind === "short" ? "ENOSPC" : kind;
  return Object.assign(new Error(`${code}: ${operation} '${path}'`), { code, syscall: operation, path });
}
