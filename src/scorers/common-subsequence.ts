/** Some two seconds of work: beyond it a comparison of two sequences would hold up the run. */
export const CELL_LIMIT = 4e8;

/** Length of the longest common subsequence of two sequences. */
export function commonSubsequence(left: readonly string[], right: readonly string[]): number {
  const row = new Uint32Array(right.length + 1);
  for (const item of left) {
    let diagonal = 0;
    for (let index = 1; index < row.length; index++) {
      const above = row[index] ?? 0;
      row[index] = item === right[index - 1] ? diagonal + 1 : Math.max(above, row[index - 1] ?? 0);
      diagonal = above;
    }
  }
  return row[right.length] ?? 0;
}
