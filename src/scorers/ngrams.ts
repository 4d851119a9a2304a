/** How often each run of `size` tokens occurs. */
export function countNgrams(tokens: readonly string[], size: number): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (let at = 0; at + size <= tokens.length; at++) {
    const key = tokens.slice(at, at + size).join(" ");
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  return counts;
}

/** How many of the runs of tokens are also in the reference, each counted no more often than there. */
export function sharedNgrams(
  given: ReadonlyMap<string, number>,
  reference: ReadonlyMap<string, number>,
): number {
  let shared = 0;
  for (const [key, count] of given) shared += Math.min(count, reference.get(key) ?? 0);
  return shared;
}
