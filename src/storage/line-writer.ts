import type { FileHandle } from "node:fs/promises";
import { storageFault } from "./storage-fault.ts";

/** A line with its line break, or the pieces of a large one: those are made as they are written. */
export type Line = string | Iterable<string>;

/** Appends whole lines to one file. */
export interface LineWriter {
  /** Resolves once the line is with the operating system (a killed process keeps it). */
  append(line: Line): Promise<void>;
  /** Writes and syncs what is left, then closes the file. */
  close(): Promise<void>;
}

/** The part of a file handle that is used: what a faulty disk of a test stands in for. */
export type AppendHandle = Pick<FileHandle, "appendFile" | "datasync" | "close">;

/** Of a line, in UTF-8. */
export function lineBytes(line: Line): number {
  if (typeof line === "string") return Buffer.byteLength(line);
  let bytes = 0;
  for (const piece of line) bytes += Buffer.byteLength(piece);
  return bytes;
}

/** When what was written is synced to the disk: within 25 ms, or at the end where it can be made again. */
export type SyncTime = "soon" | "at-close";

const SYNC_MS = 25;
/** Where lines came together, more are on their way: the next write waits for them. A write costs more than its lines. */
const GATHER_MS = 3;
/** As many lines are worth a write of their own at once. */
const GATHERED = 64;
/** Characters that go out in one write, or one line: what is written together is in memory three times over. */
const MOST_TOGETHER = 1 << 20;

interface Waiting {
  readonly line: Line;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Lines that come while a write is under way go out together in the next one, and where several did, those of the next
 * 3 ms (or the next 64) as well; `fdatasync` runs at most every 25 ms. After the first fault every append fails with
 * the same `Refusal`: nothing is written behind a hole.
 */
export function lineWriter(handle: AppendHandle, path: string, syncTime: SyncTime = "soon"): LineWriter {
  let waiting: Waiting[] = [];
  let writing: Promise<void> | undefined;
  let syncing: Promise<void> | undefined;
  let timer: NodeJS.Timeout | undefined;
  /** Rings when enough has been waited for lines to come together. */
  let gathering: NodeJS.Timeout | undefined;
  let broken: { readonly error: unknown } | undefined;

  const sync = async () => {
    try {
      await handle.datasync();
    } catch (error) {
      broken ??= { error: storageFault(error, path) };
    }
  };
  const syncSoon = () => {
    if (syncTime === "at-close") return;
    timer ??= setTimeout(() => {
      timer = undefined;
      syncing = sync();
    }, SYNC_MS);
  };
  const writeBatch = async (batch: readonly Waiting[]) => {
    try {
      if (broken !== undefined) throw broken.error;
      for (const text of together(batch)) await handle.appendFile(text);
      for (const { resolve } of batch) resolve();
      syncSoon();
    } catch (error) {
      broken ??= { error: storageFault(error, path) };
      for (const { reject } of batch) reject(broken.error);
    }
  };
  const drain = async () => {
    for (let several = false; waiting.length > 0 && !several; ) {
      const count = fittingTogether(waiting);
      const isAll = count === waiting.length;
      const batch = waiting.slice(0, count);
      waiting = waiting.slice(count);
      await writeBatch(batch);
      several = isAll && batch.length > 1;
      if (several) gathering = setTimeout(write, GATHER_MS);
    }
    writing = undefined;
  };
  const write = () => {
    clearTimeout(gathering);
    gathering = undefined;
    if (waiting.length > 0) writing ??= Promise.resolve().then(drain);
  };
  return {
    append: (line) =>
      new Promise((resolve, reject) => {
        waiting.push({ line, resolve, reject });
        if (gathering === undefined || waiting.length >= GATHERED) write();
      }),
    close: async () => {
      while (writing !== undefined || waiting.length > 0) {
        await writing;
        write();
      }
      clearTimeout(gathering);
      clearTimeout(timer);
      await syncing;
      if (broken === undefined) await sync();
      await handle.close();
      if (broken !== undefined) throw broken.error;
    },
  };
}

/** What is written in one go each. */
function together(batch: readonly Waiting[]): Iterable<string> {
  const [first] = batch;
  if (first !== undefined && typeof first.line !== "string") return first.line;
  return [batch.map(({ line }) => line).join("")];
}

/** A line in pieces goes alone. */
function fittingTogether(waiting: readonly Waiting[]): number {
  let length = 0;
  const over = waiting.findIndex(({ line }) => {
    length += typeof line === "string" ? line.length : MOST_TOGETHER + 1;
    return length > MOST_TOGETHER;
  });
  return over < 0 ? waiting.length : Math.max(1, over);
}
