/**
 * The rows from 0 up to `count` in ascending order, those that are alike as they stand: a merge sort in eight bytes a
 * row. The sort of a typed array holds its items in two arrays of objects meanwhile.
 */
export function sortedRows(count: number, compare: (left: number, right: number) => number): Uint32Array {
  let rows = Uint32Array.from({ length: count }, (_, row) => row);
  let merged = new Uint32Array(count);
  for (let width = 1; width < count; width *= 2) {
    for (let start = 0; start < count; start += 2 * width)
      merge({ from: rows, into: merged, start, middle: start + width, end: start + 2 * width }, compare);
    [rows, merged] = [merged, rows];
  }
  return rows;
}

interface Merge {
  readonly from: Uint32Array;
  readonly into: Uint32Array;
  readonly start: number;
  readonly middle: number;
  readonly end: number;
}

function merge(
  { from, into, start, middle: afterLeft, end: afterRight }: Merge,
  compare: (left: number, right: number) => number,
): void {
  const middle = Math.min(afterLeft, from.length);
  const end = Math.min(afterRight, from.length);
  if (middle >= end || compare(from[middle - 1] ?? 0, from[middle] ?? 0) <= 0) {
    into.set(from.subarray(start, end), start);
    return;
  }
  let [left, right] = [start, middle];
  for (let at = start; at < end; at += 1) {
    const isLeft = right >= end || (left < middle && compare(from[left] ?? 0, from[right] ?? 0) <= 0);
    into[at] = from[isLeft ? left : right] ?? 0;
    if (isLeft) left += 1;
    else right += 1;
  }
}
