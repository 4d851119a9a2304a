import { createHash, hash } from "node:crypto";
import { jsonPieces } from "./json-pieces.ts";

const DIGITS = 16;

/** A JSON object's text with a checksum as its last key. */
export function sealed(body: string): string {
  return `${body.slice(0, -1)},"checksum":"${checksum(body)}"}`;
}

/** The line of a sealed value with its line break, piece by piece each time that it is gone through. */
export function sealedPieces(value: object): Iterable<string> {
  return {
    *[Symbol.iterator]() {
      const sum = createHash("sha256");
      let last = "";
      for (const piece of jsonPieces(value)) {
        sum.update(piece);
        if (last !== "") yield last;
        last = piece;
      }
      yield last.slice(0, -1);
      yield `,"checksum":"${sum.digest("hex").slice(0, DIGITS)}"}\n`;
    },
  };
}

const TAIL = `,"checksum":"${"0".repeat(DIGITS)}"}`.length;
const NEWLINE = 0x0a;
const COMMA = 0x2c;
const BRACE = 0x7d;

/** A record without its checksum, or why it cannot be believed. A line break behind it is no part of it. Copies nothing but the text. */
export function unsealed(line: Buffer): { readonly body: string } | { readonly why: string } {
  const bytes = line.at(-1) === NEWLINE ? line.subarray(0, -1) : line;
  const end = bytes.length - TAIL;
  const tail = end > 0 ? bytes.toString("latin1", end) : "";
  if (!tail.startsWith(',"checksum":"') || !tail.endsWith('"}')) return { why: "it is not a whole record" };
  // The body ends in the brace that stands behind the checksum now: for a moment it stands before it.
  bytes[end] = BRACE;
  const body = bytes.subarray(0, end + 1);
  const isSound = hash("sha256", body, "hex").startsWith(tail.slice(-18, -2));
  const text = isSound ? body.toString("utf8") : "";
  bytes[end] = COMMA;
  return isSound ? { body: text } : { why: "its checksum does not match" };
}

/** First 16 hex digits of the SHA-256 of the record without its checksum. */
function checksum(body: string): string {
  return hash("sha256", body, "hex").slice(0, DIGITS);
}
