import { open } from "node:fs/promises";
import { join } from "node:path";
import { orClosed } from "../close-all.ts";
import { type Line, lineBytes, lineWriter } from "../line-writer.ts";
import { type Lock, lockFile } from "../lock.ts";
import { makeFolders } from "../make-folders.ts";
import { guarded } from "../storage-fault.ts";
import { indexOf, lockOf, newSegmentName } from "./folder.ts";
import { writeIndex } from "./index-file.ts";
import type { EntryPlace } from "./scan.ts";
import { type Segment, WORTH_AN_INDEX } from "./segment.ts";

/** Appends to a segment that is this process's own. A resource: close it. */
export interface SegmentWriter {
  readonly path: string;
  /** Resolves once the line is with the operating system: a killed process keeps it. */
  append(line: Line): Promise<EntryPlace>;
  /** Brings all of it to the disk; leaves an index beside a large segment. */
  close(places: Segment["places"]): Promise<void>;
}

const PURPOSE = { code: "E3118", what: "this file of the answer cache is being written" };

/**
 * Starts a segment. Its lock is there before the segment is, and goes after the last write: whoever sees a segment
 * without the lock of a living process may take it for finished.
 */
export async function startSegment(directory: string, at: number): Promise<SegmentWriter> {
  const path = join(directory, newSegmentName(at));
  await guarded(directory, () => makeFolders(directory));
  const lock = await lockFile(lockOf(path), at, PURPOSE);
  return orClosed({ close: lock.release }, async () => {
    const handle = await guarded(path, () => open(path, "ax"));
    return writerOf(path, lineWriter(handle, path, "at-close"), lock);
  });
}

function writerOf(path: string, lines: ReturnType<typeof lineWriter>, lock: Lock): SegmentWriter {
  let next = 0;
  let hasFailed = false;
  return {
    path,
    append: async (line) => {
      const place = { start: next, length: lineBytes(line) - 1 };
      next += place.length + 1;
      try {
        await lines.append(line);
      } catch (error) {
        hasFailed = true;
        throw error;
      }
      return place;
    },
    close: async (places) => {
      try {
        await lines.close();
        if (next >= WORTH_AN_INDEX) writeIndex(indexOf(path), { covered: next, places });
      } catch (error) {
        // Whoever appended has heard of it.
        if (!hasFailed) throw error;
      } finally {
        await lock.release();
      }
    },
  };
}
