/** What may be paired with what. */
export interface PairingRules {
  /** Whether the left item at an index goes with the right item at an index. */
  fits(left: number, right: number): boolean;
  /** Pairs may not cross. */
  readonly ordered: boolean;
}

/** As many pairs of left and right items as there can be, each item in one pair at most: left index to right index. */
export function longestPairing(
  left: number,
  right: number,
  { fits, ordered }: PairingRules,
): ReadonlyMap<number, number> {
  return ordered ? inOrder(left, right, fits) : freely(left, right, fits);
}

/** Augmenting paths (Kuhn 1955): a greedy choice would lose pairs where one call fits two. */
function freely(left: number, right: number, fits: PairingRules["fits"]): ReadonlyMap<number, number> {
  const owner = new Map<number, number>();
  const place = (at: number, tried: Set<number>): boolean => {
    for (let index = 0; index < right; index++) {
      if (tried.has(index) || !fits(at, index)) continue;
      tried.add(index);
      const other = owner.get(index);
      if (other === undefined || place(other, tried)) {
        owner.set(index, at);
        return true;
      }
    }
    return false;
  };
  for (let at = 0; at < left; at++) place(at, new Set());
  return new Map([...owner].map(([index, at]) => [at, index]));
}

/** Longest common subsequence. */
function inOrder(left: number, right: number, fits: PairingRules["fits"]): ReadonlyMap<number, number> {
  const lengths = Array.from({ length: left + 1 }, () => new Array<number>(right + 1).fill(0));
  const at = (row: number, column: number) => lengths[row]?.[column] ?? 0;
  for (let row = left - 1; row >= 0; row--) {
    for (let column = right - 1; column >= 0; column--) {
      const best = fits(row, column)
        ? at(row + 1, column + 1) + 1
        : Math.max(at(row + 1, column), at(row, column + 1));
      lengths[row]?.splice(column, 1, best);
    }
  }
  const pairs = new Map<number, number>();
  for (let row = 0, column = 0; row < left && column < right; ) {
    if (fits(row, column)) pairs.set(row++, column++);
    else if (at(row + 1, column) >= at(row, column + 1)) row++;
    else column++;
  }
  return pairs;
}
