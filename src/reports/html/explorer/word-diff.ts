/** A piece of a text: in both texts, or in this one only. */
export interface Piece {
  readonly text: string;
  readonly isShared: boolean;
}

/** Both texts in pieces. */
export interface WordDiff {
  readonly before: readonly Piece[];
  readonly after: readonly Piece[];
}

/** Cells of the table of the longest common subsequence; larger texts are told apart as a whole. */
const MOST_CELLS = 4_000_000;

/** Which words of two texts are the same, in the same order: the longest common subsequence of their words. */
export function wordDiff(before: string, after: string): WordDiff {
  const left = words(before);
  const right = words(after);
  let start = 0;
  while (start < left.length && start < right.length && left[start] === right[start]) start += 1;
  let end = 0;
  const room = Math.min(left.length, right.length) - start;
  while (end < room && left[left.length - 1 - end] === right[right.length - 1 - end]) end += 1;
  const shared = common(left.slice(start, left.length - end), right.slice(start, right.length - end));
  const isShared = (inside: ReadonlySet<number>, at: number, length: number) =>
    at < start || at >= length - end || inside.has(at - start);
  return {
    before: pieces(left, (at) => isShared(shared.left, at, left.length)),
    after: pieces(right, (at) => isShared(shared.right, at, right.length)),
  };
}

/** Words, spaces, and every other character by itself. */
function words(text: string): readonly string[] {
  return text.match(/[\p{L}\p{N}_]+|\s+|[^\p{L}\p{N}_\s]/gu) ?? [];
}

function common(left: readonly string[], right: readonly string[]) {
  const shared = { left: new Set<number>(), right: new Set<number>() };
  const width = right.length + 1;
  if ((left.length + 1) * width > MOST_CELLS) return shared;
  const lengths = new Uint16Array((left.length + 1) * width);
  const at = (row: number, column: number) => lengths[row * width + column] ?? 0;
  for (let row = left.length - 1; row >= 0; row -= 1)
    for (let column = right.length - 1; column >= 0; column -= 1)
      lengths[row * width + column] =
        left[row] === right[column]
          ? at(row + 1, column + 1) + 1
          : Math.max(at(row + 1, column), at(row, column + 1));
  for (let row = 0, column = 0; row < left.length && column < right.length; ) {
    if (left[row] === right[column]) {
      shared.left.add(row);
      shared.right.add(column);
      row += 1;
      column += 1;
    } else if (at(row + 1, column) >= at(row, column + 1)) row += 1;
    else column += 1;
  }
  return shared;
}

/** Neighbours of one kind become one piece. */
function pieces(list: readonly string[], isShared: (at: number) => boolean): readonly Piece[] {
  const made: { text: string; isShared: boolean }[] = [];
  for (const [at, text] of list.entries()) {
    const kind = isShared(at);
    const last = made.at(-1);
    if (last?.isShared === kind) last.text += text;
    else made.push({ text, isShared: kind });
  }
  return made;
}
