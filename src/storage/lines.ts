import type { FileHandle } from "node:fs/promises";
import { guarded } from "./storage-fault.ts";

/** One line of a file, as bytes. */
export interface Line {
  /** 1-based. */
  readonly number: number;
  /** Offset of its first byte. */
  readonly start: number;
  /** Without its line break; overwritten once the next line is asked for. */
  readonly bytes: Buffer;
  /** False for a last line without a line break. */
  readonly ended: boolean;
}

const CHUNK = 256 * 1024;
const NEWLINE = 0x0a;

/**
 * The lines of an open file from its start, those of a chunk at a time, holding one line and one chunk in memory. Throws
 * a `Refusal` that names `path` where it cannot be read.
 */
export async function* readLines(handle: FileHandle, path: string): AsyncGenerator<Iterable<Line>> {
  let number = 0;
  let start = 0;
  let offset = 0;
  let parts: Buffer[] = [];
  const endedIn = function* (chunk: Buffer): Generator<Line> {
    let begin = 0;
    for (let at = chunk.indexOf(NEWLINE); at !== -1; at = chunk.indexOf(NEWLINE, begin)) {
      parts.push(chunk.subarray(begin, at));
      const bytes = joined(parts);
      number += 1;
      yield { number, start, bytes, ended: true };
      start += bytes.length + 1;
      parts = [];
      begin = at + 1;
    }
    if (begin < chunk.length) parts.push(Buffer.from(chunk.subarray(begin)));
  };
  const buffer = Buffer.allocUnsafe(CHUNK);
  for (;;) {
    const from = offset;
    const { bytesRead } = await guarded(path, () => handle.read(buffer, 0, CHUNK, from));
    if (bytesRead === 0) break;
    offset += bytesRead;
    yield endedIn(buffer.subarray(0, bytesRead));
  }
  if (parts.length > 0) yield [{ number: number + 1, start, bytes: joined(parts), ended: false }];
}

function joined(parts: readonly Buffer[]): Buffer {
  const [first] = parts;
  return parts.length === 1 && first !== undefined ? first : Buffer.concat(parts);
}
