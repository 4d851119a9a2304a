import { normalQuantile } from "./distributions.ts";
import type { Interval } from "./interval.ts";

/** So many of so many. */
export interface Count {
  readonly hits: number;
  readonly of: number;
}

/** What a yes/no judge says, and how it did on answers that people labelled. */
export interface RoganGladenInput {
  /** Answers that the judge called right, of those without a label. */
  readonly judged: Count;
  /** Of the answers that people call right, those that the judge calls right too. */
  readonly sensitivity: Count;
  /** Of the answers that people call wrong, those that the judge calls wrong too. */
  readonly specificity: Count;
  /** Two-sided. */
  readonly confidence: number;
}

/** A judge whose sensitivity and specificity add up to less says next to nothing. */
export const LEAST_INFORMATION = 1.1;

/**
 * The true rate behind the verdicts of an imperfect judge (Rogan & Gladen 1978), with the interval of Lang & Reiczigel
 * 2014 (Prev. Vet. Med. 113:13-22), which counts that the judge's own rates are estimated. Undefined for a judge that is
 * hardly better than chance, and without labels of both kinds.
 */
export function roganGladen({
  judged,
  sensitivity,
  specificity,
  confidence,
}: RoganGladenInput): Interval | undefined {
  if (judged.of === 0 || sensitivity.of === 0 || specificity.of === 0) return undefined;
  const rate = ({ hits, of }: Count) => hits / of;
  const information = rate(sensitivity) + rate(specificity) - 1;
  if (information <= LEAST_INFORMATION - 1) return undefined;
  const z = normalQuantile((1 + confidence) / 2);
  const p = plus(judged, (z * z) / 2);
  const se = plus(sensitivity, 1);
  const sp = plus(specificity, 1);
  const slope = se.rate + sp.rate - 1;
  const centre = (p.rate + sp.rate - 1) / slope;
  const shift = 2 * z * z * (centre * se.variance - (1 - centre) * sp.variance);
  const spread = Math.sqrt(p.variance + centre ** 2 * se.variance + (1 - centre) ** 2 * sp.variance) / slope;
  return {
    estimate: unit((rate(judged) + rate(specificity) - 1) / information),
    lower: unit(centre + shift - z * spread),
    upper: unit(centre + shift + z * spread),
  };
}

/** A rate and its variance with some successes and as many failures added. */
function plus({ hits, of }: Count, extra: number): { readonly rate: number; readonly variance: number } {
  const n = of + 2 * extra;
  const rate = (hits + extra) / n;
  return { rate, variance: (rate * (1 - rate)) / n };
}

function unit(value: number): number {
  return Math.min(1, Math.max(0, value));
}
