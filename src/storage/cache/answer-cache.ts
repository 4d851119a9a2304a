import { answerCharacters, LARGE } from "../../domain/characters.ts";
import type { Answer } from "../../domain/outcome.ts";
import type { Clock } from "../../domain/ports.ts";
import { encodeEntry, entryPieces } from "./entry.ts";
import { knownEntries } from "./known-entries.ts";
import { type SegmentWriter, startSegment } from "./segment-writer.ts";

/** Complete answers by request key, shared by runs. A resource: close it. Only outcomes of kind `answered` belong here. */
export interface AnswerCache {
  /** From memory and the page cache, without a wait: an entry that cannot be believed is a miss. */
  get(key: string): Answer | undefined;
  /** Resolves once it would survive a kill of this process. The first answer to a request stays. */
  put(key: string, answer: Answer): Promise<void>;
  close(): Promise<void>;
}

/**
 * Opens a cache. Every process that has something to keep appends to a segment of its own, whose name no other one
 * has: runs side by side never write to the same file, and whatever was written is never changed, so that reading
 * needs no lock. A kill leaves at most half a line at the end of one segment; it is no entry. What is known at
 * opening is found in memory; a miss looks whether segments have come since, which is also where the answers of one
 * that `pruneCache` has taken away are now.
 */
export function openAnswerCache(directory: string, clock: Pick<Clock, "wall">): AnswerCache {
  const known = knownEntries(directory);
  let starting: Promise<Writing> | undefined;
  const start = async (): Promise<Writing> => {
    const writer = await startSegment(directory, clock.wall());
    return { writer, segment: known.addOwn(writer.path) };
  };
  return {
    get: known.get,
    put: async (key, answer) => {
      if (known.get(key) !== undefined) return;
      starting ??= start();
      const { writer, segment } = await starting;
      const at = clock.wall();
      const line =
        answerCharacters(answer) >= LARGE ? entryPieces(key, at, answer) : encodeEntry(key, at, answer);
      const place = await writer.append(line);
      known.add(segment, key, { ...place, at });
    },
    close: async () => {
      known.close();
      const started = await starting?.catch(() => undefined);
      await started?.writer.close(known.placesOf(started.segment));
    },
  };
}

interface Writing {
  readonly writer: SegmentWriter;
  /** Its number. */
  readonly segment: number;
}
