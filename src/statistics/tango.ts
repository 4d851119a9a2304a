import { normalQuantile } from "./distributions.ts";
import type { Interval } from "./interval.ts";

/** Cases by who was right. */
export interface PairedTable {
  readonly both: number;
  readonly baselineOnly: number;
  readonly candidateOnly: number;
  readonly neither: number;
}

/** The candidate's wins and losses among n independent units; a graded score may be a fraction of a win. */
export interface WinsAndLosses {
  readonly wins: number;
  readonly losses: number;
  readonly n: number;
}

/** What of a table the difference depends on. */
export function winsAndLosses(table: PairedTable): WinsAndLosses {
  const { both, baselineOnly, candidateOnly, neither } = table;
  return { wins: candidateOnly, losses: baselineOnly, n: both + baselineOnly + candidateOnly + neither };
}

/** The same units with the two models' roles exchanged. */
export function mirrored({ wins, losses, n }: WinsAndLosses): WinsAndLosses {
  return { wins: losses, losses: wins, n };
}

/**
 * Tango's score statistic (1998) for delta = d0, where delta = P(candidate right) - P(baseline right):
 * large when the candidate does better than d0. d0 lies strictly between -1 and 1. Finite even when no case
 * tells the models apart, which is why it is safe where a standard error of 0 would certify anything.
 */
export function tangoScore({ wins, losses, n }: WinsAndLosses, d0: number): number {
  const linear = 2 * n * d0 - wins * (1 + d0) - losses * (1 - d0);
  const constant = -losses * d0 * (1 - d0);
  const root = Math.sqrt(Math.max(0, linear * linear - 8 * n * constant));
  // The stable one of the two forms of the same root.
  const raw = linear > 0 ? (-2 * constant) / (linear + root) : (root - linear) / (4 * n);
  const lossRate = Math.max(raw, 0, -d0);
  const variance = n * (2 * lossRate + d0 * (1 - d0));
  const numerator = wins - losses - n * d0;
  if (variance <= 0) return numerator === 0 ? 0 : Math.sign(numerator) * Infinity;
  return numerator / Math.sqrt(variance);
}

/** Tango's two-sided interval for delta: the values that the score does not reject. */
export function tangoInterval(counts: WinsAndLosses, confidence: number): Interval {
  const z = normalQuantile((1 + confidence) / 2);
  return {
    estimate: (counts.wins - counts.losses) / counts.n,
    lower: tangoLower(counts, z),
    upper: -tangoLower(mirrored(counts), z),
  };
}

/** The least delta that the score does not reject at the critical value z; -1 when it rejects none. */
export function tangoLower(counts: WinsAndLosses, z: number): number {
  let rejected = -1;
  let kept = (counts.wins - counts.losses) / counts.n;
  for (let i = 0; i < 60; i++) {
    const middle = (rejected + kept) / 2;
    if (middle <= -1) break;
    if (tangoScore(counts, middle) > z) rejected = middle;
    else kept = middle;
  }
  return rejected;
}
