/** One case asked several times. */
export interface RepeatCount {
  readonly correct: number;
  readonly repeats: number;
}

/**
 * Chance that at least one of `k` samples is right, from `n` samples of which `c` were: unbiased
 * (Chen et al. 2021). Throws when n < k: that few samples say nothing about k.
 */
export function passAtK(n: number, c: number, k: number): number {
  checkCounts(n, c, k);
  if (n - c < k) return 1;
  let noneRight = 1;
  for (let i = n - c + 1; i <= n; i += 1) noneRight *= 1 - k / i;
  return 1 - noneRight;
}

/**
 * Chance that all of `k` samples are right, from `n` samples of which `c` were: unbiased
 * (Yao et al. 2024). Throws when n < k.
 */
export function passHatK(n: number, c: number, k: number): number {
  checkCounts(n, c, k);
  let allRight = 1;
  for (let i = 0; i < k; i += 1) allRight *= Math.max(0, c - i) / (n - i);
  return allRight;
}

/**
 * How often a model disagrees with itself: expected share of cases on which two of its samples differ.
 * Cases asked once say nothing and are left out; `undefined` if there is no other.
 */
export function noiseFloor(cases: readonly RepeatCount[]): number | undefined {
  const repeated = cases.filter(({ repeats }) => repeats >= 2);
  if (repeated.length === 0) return undefined;
  const disagreements = repeated.map(({ correct, repeats }) => {
    checkCounts(repeats, correct, 1);
    return (2 * correct * (repeats - correct)) / (repeats * (repeats - 1));
  });
  return disagreements.reduce((sum, share) => sum + share, 0) / repeated.length;
}

/** The cases that were right sometimes and wrong sometimes. */
export function flakyCases<Case extends RepeatCount>(cases: readonly Case[]): readonly Case[] {
  return cases.filter(({ correct, repeats }) => correct > 0 && correct < repeats);
}

function checkCounts(n: number, c: number, k: number): void {
  const areCounts = [n, c, k].every(Number.isInteger);
  if (!areCounts || c < 0 || c > n) throw new RangeError(`${c} right of ${n} is not a count`);
  if (k < 1 || k > n) throw new RangeError(`k = ${k} needs at least ${k} samples a case, there are ${n}`);
}
