import type { FileHandle } from "node:fs/promises";

/** One line of a file, as bytes. */
export interface Line {
  /** 1-based. */
  readonly number: number;
  /** Offset of its first byte. */
  readonly start: number;
  /** Without its line break. */
  readonly bytes: Buffer;
  /** False for a last line without a line break. */
  readonly ended: boolean;
}

const CHUNK = 256 * 1024;
const NEWLINE = 0x0a;

/** The lines of an open file from its start, holding one line and one chunk in memory. */
export async function* readLines(handle: FileHandle): AsyncGenerator<Line> {
  let number = 0;
  let start = 0;
  let offset = 0;
  let parts: Buffer[] = [];
  for (;;) {
    const { bytesRead, buffer } = await handle.read(Buffer.allocUnsafe(CHUNK), 0, CHUNK, offset);
    if (bytesRead === 0) break;
    offset += bytesRead;
    let from = 0;
    const chunk = buffer.subarray(0, bytesRead);
    for (let at = chunk.indexOf(NEWLINE); at !== -1; at = chunk.indexOf(NEWLINE, from)) {
      parts.push(chunk.subarray(from, at));
      const bytes = joined(parts);
      number += 1;
      yield { number, start, bytes, ended: true };
      start += bytes.length + 1;
      parts = [];
      from = at + 1;
    }
    if (from < chunk.length) parts.push(chunk.subarray(from));
  }
  if (parts.length > 0) yield { number: number + 1, start, bytes: joined(parts), ended: false };
}

function joined(parts: readonly Buffer[]): Buffer {
  const [first] = parts;
  return parts.length === 1 && first !== undefined ? first : Buffer.concat(parts);
}
