import { createHash } from "node:crypto";
import type { SampleId } from "../domain/sample.ts";

/** Where the record of a sample stands in the journal. */
export interface RecordPlace {
  readonly start: number;
  readonly length: number;
}

/** Finds records by sample and request, in 24 bytes a record: a million samples fit in some 50 MB. */
export interface SampleIndex {
  readonly size: number;
  set(id: SampleId, requestKey: string, place: RecordPlace): void;
  get(id: SampleId, requestKey: string): RecordPlace | undefined;
}

interface Table {
  /** 64 bits of the key's hash per slot, then start and length. A length of 0 is a free slot. */
  readonly high: Uint32Array;
  readonly low: Uint32Array;
  readonly starts: Float64Array;
  readonly lengths: Uint32Array;
}

/** An open-addressing table that doubles when three quarters full. A later record of a sample replaces an earlier one. */
export function sampleIndex(): SampleIndex {
  let table = emptyTable(1024);
  let size = 0;
  const put = (into: Table, high: number, low: number, place: RecordPlace) => {
    const slot = slotOf(into, high, low);
    const isNew = into.lengths[slot] === 0;
    into.high[slot] = high;
    into.low[slot] = low;
    into.starts[slot] = place.start;
    into.lengths[slot] = place.length;
    return isNew;
  };
  const grow = () => {
    const larger = emptyTable(table.low.length * 2);
    for (let slot = 0; slot < table.low.length; slot += 1) {
      const length = table.lengths[slot] ?? 0;
      if (length > 0)
        put(larger, table.high[slot] ?? 0, table.low[slot] ?? 0, { start: table.starts[slot] ?? 0, length });
    }
    table = larger;
  };
  return {
    get size() {
      return size;
    },
    set: (id, requestKey, place) => {
      if ((size + 1) * 4 > table.low.length * 3) grow();
      const [high, low] = hashed(id, requestKey);
      if (put(table, high, low, place)) size += 1;
    },
    get: (id, requestKey) => {
      if (size === 0) return undefined;
      const [high, low] = hashed(id, requestKey);
      const slot = slotOf(table, high, low);
      const length = table.lengths[slot] ?? 0;
      return length === 0 ? undefined : { start: table.starts[slot] ?? 0, length };
    },
  };
}

function emptyTable(slots: number): Table {
  return {
    high: new Uint32Array(slots),
    low: new Uint32Array(slots),
    starts: new Float64Array(slots),
    lengths: new Uint32Array(slots),
  };
}

function slotOf(table: Table, high: number, low: number): number {
  const mask = table.low.length - 1;
  let slot = low & mask;
  while (table.lengths[slot] !== 0 && (table.high[slot] !== high || table.low[slot] !== low))
    slot = (slot + 1) & mask;
  return slot;
}

function hashed(id: SampleId, requestKey: string): readonly [number, number] {
  const text = JSON.stringify([id.task, id.caseId, id.target, id.repeat, requestKey]);
  const digest = createHash("sha256").update(text).digest();
  return [digest.readUInt32LE(0), digest.readUInt32LE(4)];
}
