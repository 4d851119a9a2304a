import { decodedLine, readStretches } from "./lines.ts";
import { parseLine } from "./read-jsonl.ts";
import { type NumberedRecord, recordId } from "./record.ts";

/**
 * The wanted records of a checked JSON Lines file, in batches, each with its number. A record whose id comes first, as
 * it does in most files, is parsed only where it is wanted: no key stands twice in it, so that this is its id.
 */
export async function* wantedOfJsonl(
  file: string,
  isWanted: (id: string) => boolean,
): AsyncGenerator<readonly NumberedRecord[]> {
  let number = 0;
  let line = 1;
  for await (const bytes of readStretches(file)) {
    const wanted: NumberedRecord[] = [];
    for (let start = 0; start < bytes.length; line += 1) {
      const newline = bytes.indexOf(NEWLINE, start);
      const end = newline < 0 ? bytes.length : newline;
      const id = leadingId(bytes, start, end);
      if (id === undefined || isWanted(id)) {
        const record = recordOf(bytes.subarray(start, end), line, newline >= 0);
        if (record !== undefined) {
          number += 1;
          if (id !== undefined || isWanted(recordId(record.fields, number))) wanted.push({ record, number });
        }
      } else number += 1;
      start = end + 1;
    }
    yield wanted;
  }
}

/** `undefined` for a blank line. */
function recordOf(bytes: Buffer, number: number, ended: boolean) {
  const line = decodedLine(bytes, number, ended);
  if (!("fault" in line) && line.text.trim() === "") return undefined;
  const read = "fault" in line ? line : parseLine(line, false);
  if ("fault" in read) throw new Error(`line ${number} changed while it was read`);
  return read.record;
}

const NEWLINE = 10;
const SPACE = 32;
const QUOTE = 34;
const COLON = 58;
const BACKSLASH = 92;
const BRACE = 123;
const NAME = Buffer.from('"id"');

/** The id of a record that begins with it as a plain text; `undefined` where only parsing tells. */
export function leadingId(bytes: Buffer, start: number, end: number): string | undefined {
  if (bytes[start] !== BRACE) return undefined;
  let at = pastSpaces(bytes, start + 1);
  for (const unit of NAME) {
    if (bytes[at] !== unit) return undefined;
    at += 1;
  }
  at = pastSpaces(bytes, at);
  if (bytes[at] !== COLON) return undefined;
  at = pastSpaces(bytes, at + 1);
  if (bytes[at] !== QUOTE) return undefined;
  const from = at + 1;
  let isAscii = true;
  for (at = from; at < end && bytes[at] !== QUOTE; at += 1) {
    const unit = bytes[at] ?? BACKSLASH;
    // An escape, or a control character that JSON does not take.
    if (unit === BACKSLASH || unit < SPACE) return undefined;
    if (unit > 127) isAscii = false;
  }
  if (at >= end) return undefined;
  return isAscii ? bytes.toString("latin1", from, at) : bytes.toString("utf8", from, at);
}

function pastSpaces(bytes: Buffer, start: number): number {
  let at = start;
  while (bytes[at] === SPACE) at += 1;
  return at;
}
