import type { CaseColumns } from "./case-table.ts";
import { sortedRows } from "./sorted-rows.ts";

/** The rows of cases by task, then id. */
export interface NamedRows {
  readonly rows: Uint32Array;
  /** The row of a case. */
  find(task: string, id: string): number | undefined;
  /** Below, at or above 0 as the case of a row comes before, is, or comes after the named one. */
  compare(row: number, task: string, id: string): number;
}

/** Sorts the cases. */
export function namedRows(cases: Pick<CaseColumns, "task" | "id">): NamedRows {
  const taskAt = (row: number) => cases.task.at(row) ?? "";
  const rows = sortedRows(
    cases.id.length,
    (left, right) => order(taskAt(left), taskAt(right)) || cases.id.compare(left, right),
  );
  const compare = (row: number, task: string, id: string) =>
    order(taskAt(row), task) || cases.id.compareText(row, id);
  return {
    rows,
    compare,
    find: (task, id) => {
      let [low, high] = [0, rows.length];
      while (low < high) {
        const middle = (low + high) >>> 1;
        if (compare(rows[middle] ?? 0, task, id) < 0) low = middle + 1;
        else high = middle;
      }
      const row = rows[low];
      return row !== undefined && compare(row, task, id) === 0 ? row : undefined;
    },
  };
}

function order(left: string, right: string): number {
  return left < right ? -1 : left > right ? 1 : 0;
}
