import { hashSeed } from "../statistics/random.ts";
import type { Column } from "./columns.ts";

/** Finds the row of a case while a table grows. */
export interface CaseIndex {
  find(task: string, id: string): number | undefined;
  /** Notes that the last row of the columns is this case. */
  add(task: string, id: string): void;
}

const MOST_FULL = 0.75;

/** An open-addressing table of 8 bytes a slot; texts are compared, so that digests that meet do no harm. */
export function caseIndex(cases: { readonly task: Column<string>; readonly id: Column<string> }): CaseIndex {
  // Row + 1; 0 is a free slot.
  let rows = new Uint32Array(1024);
  let hashes = new Uint32Array(1024);
  const put = (hash: number, row: number) => {
    let slot = hash & (rows.length - 1);
    while (rows[slot] !== 0) slot = (slot + 1) & (rows.length - 1);
    rows[slot] = row;
    hashes[slot] = hash;
  };
  const grow = () => {
    const [oldRows, oldHashes] = [rows, hashes];
    rows = new Uint32Array(2 * oldRows.length);
    hashes = new Uint32Array(2 * oldRows.length);
    for (const [slot, row] of oldRows.entries()) if (row !== 0) put(oldHashes[slot] ?? 0, row);
  };
  return {
    find: (task, id) => {
      const hash = hashOf(task, id);
      for (let slot = hash & (rows.length - 1); ; slot = (slot + 1) & (rows.length - 1)) {
        const row = rows[slot] ?? 0;
        if (row === 0) return undefined;
        if (hashes[slot] === hash && cases.id.at(row - 1) === id && cases.task.at(row - 1) === task)
          return row - 1;
      }
    },
    add: (task, id) => {
      if (cases.id.length > rows.length * MOST_FULL) grow();
      put(hashOf(task, id), cases.id.length);
    },
  };
}

function hashOf(task: string, id: string): number {
  return hashSeed(`${task}\u0000${id}`);
}
