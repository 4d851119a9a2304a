import { inflateRawSync } from "node:zlib";

const END = 0x06054b50;
const CENTRAL = 0x02014b50;
const STORED = 0;
const DEFLATED = 8;
/** Most bytes that one entry may become: a small file must not fill the memory. */
const LARGEST = 512 * 1024 * 1024;

/**
 * The texts of a ZIP archive by name, from its central directory; a text is why it cannot be read. Format:
 * https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT (4.3); without ZIP64 and encryption.
 */
export function readZip(given: Uint8Array): ReadonlyMap<string, string> | string {
  const bytes = Buffer.from(given.buffer, given.byteOffset, given.byteLength);
  const end = endOf(bytes);
  if (end === undefined) return "it is no whole ZIP archive";
  const entries = new Map<string, string>();
  let at = bytes.readUInt32LE(end + 16);
  for (let count = bytes.readUInt16LE(end + 10); count > 0; count--) {
    if (at + 46 > bytes.length || bytes.readUInt32LE(at) !== CENTRAL) return "its directory is damaged";
    const nameLength = bytes.readUInt16LE(at + 28);
    const name = bytes.toString("utf8", at + 46, at + 46 + nameLength);
    const data = entryData(bytes, at);
    if (typeof data === "string") return `${name}: ${data}`;
    entries.set(name, data.toString("utf8"));
    at += 46 + nameLength + bytes.readUInt16LE(at + 30) + bytes.readUInt16LE(at + 32);
  }
  return entries;
}

/** Where the end of the directory stands: at the very end, but for a comment. */
function endOf(bytes: Buffer): number | undefined {
  for (let at = bytes.length - 22; at >= Math.max(0, bytes.length - 22 - 0xffff); at--)
    if (bytes.readUInt32LE(at) === END) return at;
  return undefined;
}

function entryData(bytes: Buffer, at: number): Buffer | string {
  const method = bytes.readUInt16LE(at + 10);
  const packed = bytes.readUInt32LE(at + 20);
  const local = bytes.readUInt32LE(at + 42);
  if (packed === 0xffffffff || local === 0xffffffff) return "it is too large (ZIP64)";
  if (local + 30 > bytes.length) return "it lies outside of the archive";
  const start = local + 30 + bytes.readUInt16LE(local + 26) + bytes.readUInt16LE(local + 28);
  const data = bytes.subarray(start, start + packed);
  if (data.length < packed) return "it lies outside of the archive";
  if (method === STORED) return data;
  if (method !== DEFLATED) return `it is packed by a method that is not known (${method})`;
  try {
    return inflateRawSync(data, { maxOutputLength: LARGEST });
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
