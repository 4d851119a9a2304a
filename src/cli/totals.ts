import type { Manifest } from "../domain/run.ts";
import type { ScoredSample } from "../domain/score.ts";

/** What a run adds up to. */
export type Totals = Manifest["totals"];

/** Adds up scored samples as they pass. */
export interface TotalsCount {
  add(scored: ScoredSample): void;
  /** What was added so far, of `planned` samples: one that did not come is skipped, unless it was spared. */
  of(planned: number, spared?: number): Totals;
  /** Samples that were added. */
  asked(): number;
}

/** Starts at nothing. */
export function countTotals(): TotalsCount {
  const counts = { answered: 0, refused: 0, empty: 0, truncated: 0, failed: 0, skipped: 0, unscored: 0 };
  let costUsd: number | null = 0;
  const asked = () => {
    const { answered, refused, empty, truncated, failed } = counts;
    return answered + refused + empty + truncated + failed;
  };
  return {
    add: (scored) => {
      counts[scored.outcome] += 1;
      if (scored.score === null) counts.unscored += 1;
      if (scored.outcome !== "failed") costUsd = plus(costUsd, scored.costUsd);
    },
    of: (planned, spared = 0) => ({ planned, ...counts, skipped: planned - asked() - spared, costUsd }),
    asked,
  };
}

function plus(sum: number | null, cost: number | null): number | null {
  return sum === null || cost === null ? null : sum + cost;
}

/** The same sum in another order ends in other last digits. */
const ROUNDING = 1e-9;

/** Where two sums differ, in words; `undefined` where they do not. */
export function totalsDifference(kept: Totals, found: Totals): string | undefined {
  const differing = (["planned", "answered", "refused", "empty", "truncated", "failed", "unscored"] as const)
    .filter((name) => kept[name] !== found[name])
    .map((name) => `${name} ${kept[name]}, not ${found[name]}`);
  if (!isSameCost(kept.costUsd, found.costUsd))
    differing.push(`a cost of ${cost(kept.costUsd)}, not ${cost(found.costUsd)}`);
  return differing.length === 0 ? undefined : differing.join("; ");
}

function isSameCost(kept: number | null, found: number | null): boolean {
  if (kept === null || found === null) return kept === found;
  return Math.abs(kept - found) <= ROUNDING * Math.max(Math.abs(kept), Math.abs(found));
}

function cost(usd: number | null): string {
  return usd === null ? "unknown" : `$${usd}`;
}
