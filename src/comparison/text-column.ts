import { type GrowingColumn, pagedNumbers } from "./columns.ts";

/** Texts that differ from row to row, and their order. */
export interface TextColumn extends GrowingColumn<string> {
  /** Below, at or above 0 as the text of one row comes before, with or after another's: the order of `<`. */
  compare(left: number, right: number): number;
  /** The same of the text of a row and one that is given. */
  compareText(row: number, text: string): number;
}

/** Longer texts are kept as they are. */
const LONGEST = 256;

/** One byte a character where all of them fit into one, as in ids and hashes; other texts are kept as they are. */
export function textColumn(): TextColumn {
  const bytes = pagedNumbers((length) => new Uint8Array(length));
  const ends = pagedNumbers((length) => new Uint32Array(length));
  const others = new Map<number, string>();
  const startOf = (row: number) => (row === 0 ? 0 : (ends.at(row - 1) ?? 0));
  const at = (row: number): string | undefined => {
    const end = ends.at(row);
    if (end === undefined) return undefined;
    if (others.size > 0 && others.has(row)) return others.get(row);
    let text = "";
    for (let unit = startOf(row); unit < end; unit += 1) text += String.fromCharCode(bytes.at(unit) ?? 0);
    return text;
  };
  return {
    get length() {
      return ends.length;
    },
    at,
    push: (text) => {
      if (isNarrow(text)) for (let unit = 0; unit < text.length; unit += 1) bytes.push(text.charCodeAt(unit));
      else others.set(ends.length, text);
      ends.push(bytes.length);
    },
    compare: (left, right) => {
      if (others.has(left) || others.has(right)) return order(at(left) ?? "", at(right) ?? "");
      const [start, other] = [startOf(left), startOf(right)];
      const [length, otherLength] = [(ends.at(left) ?? 0) - start, (ends.at(right) ?? 0) - other];
      for (let unit = 0; unit < length && unit < otherLength; unit += 1) {
        const apart = (bytes.at(start + unit) ?? 0) - (bytes.at(other + unit) ?? 0);
        if (apart !== 0) return apart;
      }
      return length - otherLength;
    },
    compareText: (row, text) => {
      if (others.has(row)) return order(at(row) ?? "", text);
      const start = startOf(row);
      const length = (ends.at(row) ?? 0) - start;
      for (let unit = 0; unit < length && unit < text.length; unit += 1) {
        const apart = (bytes.at(start + unit) ?? 0) - text.charCodeAt(unit);
        if (apart !== 0) return apart;
      }
      return length - text.length;
    },
  };
}

/** Digests of 16 hexadecimal digits in 8 bytes; other texts are kept as they are. */
export function digestColumn(): GrowingColumn<string> {
  const highs = pagedNumbers((length) => new Uint32Array(length));
  const lows = pagedNumbers((length) => new Uint32Array(length));
  const others = new Map<number, string>();
  const digits = (half: number | undefined) => (half ?? 0).toString(16).padStart(8, "0");
  return {
    get length() {
      return highs.length;
    },
    at: (row) =>
      row < highs.length ? (others.get(row) ?? digits(highs.at(row)) + digits(lows.at(row))) : undefined,
    push: (text) => {
      const isDigest = /^[0-9a-f]{16}$/.test(text);
      if (!isDigest) others.set(highs.length, text);
      highs.push(isDigest ? Number.parseInt(text.slice(0, 8), 16) : 0);
      lows.push(isDigest ? Number.parseInt(text.slice(8), 16) : 0);
    },
  };
}

function isNarrow(text: string): boolean {
  if (text.length > LONGEST) return false;
  for (let unit = 0; unit < text.length; unit += 1) if (text.charCodeAt(unit) > 255) return false;
  return true;
}

function order(left: string, right: string): number {
  return left < right ? -1 : left > right ? 1 : 0;
}
