import { binomialCdf, binomialPmf } from "./distributions.ts";

/** P-values of a sign test on the cases that tell two models apart. */
export interface McNemar {
  /** That the first count is not the greater in truth: small when it is. */
  readonly oneSided: number;
  /** That the two are equal in truth. */
  readonly twoSided: number;
}

/** Exact conditional McNemar test of `more` against `fewer` discordant cases; both 1 when there are none. */
export function mcnemarExact(more: number, fewer: number): McNemar {
  const n = more + fewer;
  if (n === 0) return { oneSided: 1, twoSided: 1 };
  const tail = binomialCdf(Math.min(more, fewer), n, 0.5);
  return { oneSided: binomialCdf(fewer, n, 0.5), twoSided: Math.min(1, 2 * tail) };
}

/** Mid-p version (Fagerland, Lydersen & Laake 2013): counts half of what was observed; less conservative. */
export function mcnemarMidP(more: number, fewer: number): McNemar {
  const n = more + fewer;
  if (n === 0) return { oneSided: 1, twoSided: 1 };
  const least = Math.min(more, fewer);
  const half = 0.5 * binomialPmf(least, n, 0.5);
  const twoSided = more === fewer ? 1 - half : 2 * (binomialCdf(least, n, 0.5) - half);
  const oneSided = binomialCdf(fewer, n, 0.5) - 0.5 * binomialPmf(fewer, n, 0.5);
  return { oneSided, twoSided };
}
