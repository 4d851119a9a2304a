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

/**
 * The lines of a file as strict UTF-8, streamed chunk by chunk: a step for every line would cost more than the lines.
 * A byte-order mark and CR before LF are dropped. `onBytes` sees every chunk (for the hash).
 */
export async function* readLines(
  file: string,
  onBytes: OnBytes | undefined,
): AsyncGenerator<readonly Line[]> {
  let rest: Buffer[] = [];
  let number = 0;
  for await (const chunk of createReadStream(file, { highWaterMark: 1 << 16 })) {
    if (!Buffer.isBuffer(chunk)) throw new Error("a byte stream yielded text");
    onBytes?.(chunk);
    const lines: Line[] = [];
    let start = 0;
    for (let end = chunk.indexOf(NEWLINE); end >= 0; end = chunk.indexOf(NEWLINE, start)) {
      number += 1;
      lines.push(decoded(joined(rest, chunk.subarray(start, end)), number, true));
      rest = [];
      start = end + 1;
    }
    if (start < chunk.length) rest.push(chunk.subarray(start));
    yield lines;
  }
  if (rest.length > 0) yield [decoded(Buffer.concat(rest), number + 1, false)];
}

function joined(rest: readonly Buffer[], tail: Buffer): Buffer {
  return rest.length === 0 ? tail : Buffer.concat([...rest, tail]);
}

const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

function decoded(bytes: Buffer, number: number, ended: boolean): Line {
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
