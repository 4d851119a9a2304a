import { betaCdf, binomialCdf, binomialPmf } from "./distributions.ts";

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
  return { oneSided: signMidP(more, fewer), twoSided };
}

/**
 * The one-sided mid-p for counts that may be fractional: the mean of P(X <= fewer) and P(X <= fewer - 1) for X
 * binomial at 1/2, each as the incomplete beta function that it is.
 */
export function signMidP(more: number, fewer: number): number {
  if (more + fewer === 0) return 1;
  const atMost = more === 0 ? 1 : betaCdf(0.5, more, fewer + 1);
  const below = fewer === 0 ? 0 : betaCdf(0.5, more + 1, fewer);
  return (atMost + below) / 2;
}
