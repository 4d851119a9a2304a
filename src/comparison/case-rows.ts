/** The rows of a list for which it holds: the list itself where it holds for all. */
export function rowsWhere(rows: Uint32Array, is: (row: number) => boolean): Uint32Array {
  const kept = new Uint32Array(rows.length);
  let length = 0;
  for (const row of rows) {
    if (!is(row)) continue;
    kept[length] = row;
    length += 1;
  }
  return length === rows.length ? rows : kept.slice(0, length);
}

/** One list after another. */
export function joinedRows(lists: readonly Uint32Array[]): Uint32Array {
  const all = new Uint32Array(lists.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const rows of lists) {
    all.set(rows, at);
    at += rows.length;
  }
  return all;
}
