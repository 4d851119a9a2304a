import { createReadStream } from "node:fs";
import type { RecordFault } from "./record.ts";

/** A line of a file, without its line break. */
export interface TextLine {
  readonly text: string;
  /** 1-based. */
  readonly number: number;
  /** False for a last line without a line break. */
  readonly ended: boolean;
}

/** A line, or where its bytes are not UTF-8. */
export type Line = TextLine | { readonly fault: RecordFault };

/** Sees the bytes of a file that is read to be checked; a file that has been checked is read without. */
export type OnBytes = (bytes: Buffer) => void;

const NEWLINE = 10;
const CHUNK = 1 << 16;

/**
 * A file in stretches of whole lines, chunk by chunk: a step for every line would cost more than the lines. Each line
 * has its line break, but for a last one without.
 */
export async function* readStretches(file: string): AsyncGenerator<Buffer> {
  let rest: Buffer[] = [];
  for await (const chunk of createReadStream(file, { highWaterMark: CHUNK })) {
    if (!Buffer.isBuffer(chunk)) throw new Error("a byte stream yielded text");
    const end = chunk.lastIndexOf(NEWLINE) + 1;
    if (end > 0) {
      yield joined(rest, chunk.subarray(0, end));
      rest = [];
    }
    if (end < chunk.length) rest.push(chunk.subarray(end));
  }
  if (rest.length > 0) yield Buffer.concat(rest);
}

/**
 * The lines of a file as strict UTF-8, in batches. A byte-order mark and CR before LF are dropped. `onBytes` sees every
 * byte in its order (for the hash).
 */
export async function* readLines(
  file: string,
  onBytes: OnBytes | undefined,
): AsyncGenerator<readonly Line[]> {
  let number = 0;
  for await (const bytes of readStretches(file)) {
    onBytes?.(bytes);
    const lines: Line[] = [];
    for (let start = 0; start < bytes.length; ) {
      const newline = bytes.indexOf(NEWLINE, start);
      const end = newline < 0 ? bytes.length : newline;
      number += 1;
      lines.push(decodedLine(bytes.subarray(start, end), number, newline >= 0));
      start = end + 1;
    }
    yield lines;
  }
}

function joined(rest: readonly Buffer[], tail: Buffer): Buffer {
  return rest.length === 0 ? tail : Buffer.concat([...rest, tail]);
}

const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** The text of a line, or the fault of its bytes. */
export function decodedLine(bytes: Buffer, number: number, ended: boolean): Line {
  const withoutMark =
    number === 1 && bytes.length >= 3 && bytes.readUIntBE(0, 3) === 0xefbbbf ? bytes.subarray(3) : bytes;
  const content = withoutMark.at(-1) === 13 ? withoutMark.subarray(0, -1) : withoutMark;
  try {
    return { text: utf8.decode(content), number, ended };
  } catch {
    return { fault: encodingFault(content, number) };
  }
}

/** Names the first byte that is not UTF-8. */
export function encodingFault(bytes: Buffer, line: number): RecordFault {
  const text = bytes.toString("utf8");
  const at = Math.max(0, text.indexOf("\ufffd"));
  const byte = bytes[Buffer.byteLength(text.slice(0, at))] ?? 0;
  return {
    code: "E1307",
    message: `this line is not valid UTF-8 (byte 0x${byte.toString(16).toUpperCase()})`,
    line,
    column: at + 1,
    endColumn: at + 2,
    source: text,
    hint: "The file looks like Latin-1 or UTF-16. Convert it, for example: iconv -f latin1 -t utf8",
  };
}
