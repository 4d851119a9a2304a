import { normalCdf, tQuantile } from "./distributions.ts";
import { probabilityOf } from "./exact-noninferiority.ts";
import { rejectionRegion } from "./rejection-region.ts";

/** A rule that is yet to be judged. */
export interface PlannedRule {
  /**
   * `exact`: right-or-wrong answers, independent cases asked once. `plus-two-t`: graded, repeated or clustered
   * scores in [0, 1].
   */
  readonly method: "exact" | "plus-two-t";
  /** Variance of one case's paired difference; for `exact` the share of cases on which the models differ. */
  readonly variance: number;
  readonly margin: number;
  /** One-sided. */
  readonly confidence: number;
}

/** Chance that n cases prove a candidate `safe` whose true difference from the baseline is `difference`. */
export function safePower(rule: PlannedRule, n: number, difference = 0): number {
  if (rule.margin <= 0 || n < 2) return 0;
  if (rule.method === "plus-two-t") return guardedPower(rule, { n, drift: difference, d0: -rule.margin });
  return exactPower(rule, { n, drift: difference, d0: -rule.margin });
}

/** Chance that n cases prove a candidate `unsafe` that loses `loss`: the same test with the models swapped. */
export function unsafePower(rule: PlannedRule, n: number, loss: number): number {
  if (n < 2) return 0;
  const power = rule.method === "exact" ? exactPower : guardedPower;
  return power(rule, { n, drift: loss, d0: rule.margin });
}

interface Question {
  readonly n: number;
  /** True difference. */
  readonly drift: number;
  /** Is it proven to lie above this? */
  readonly d0: number;
}

/** Summed over every table that the exact test rejects: no approximation. */
function exactPower({ variance, confidence }: PlannedRule, { n, drift, d0 }: Question): number {
  const share = Math.min(1, Math.max(variance, Math.abs(drift)));
  const region = rejectionRegion({ n, d0, alpha: 1 - confidence });
  return probabilityOf(region, { winRate: (share + drift) / 2, lossRate: (share - drift) / 2 });
}

/** Normal power of the t test with its two pseudo-cases, +1 and -1, which matter where few cases differ. */
function guardedPower({ variance, confidence }: PlannedRule, { n, drift, d0 }: Question): number {
  const mean = (n * drift) / (n + 2);
  const spread = (n * (variance + drift * drift) + 2 - (n + 2) * mean * mean) / (n + 1);
  const reach = tQuantile(confidence, n - 1) * Math.sqrt(spread / (n + 2));
  const room = mean - d0 - reach;
  const deviation = Math.sqrt(n * variance) / (n + 2);
  if (deviation === 0) return room > 0 ? 1 : 0;
  return normalCdf(room / deviation);
}

/** More cases than any dataset has: nothing decides. */
const MOST_CASES = 10_000_000;

/**
 * Cases that prove an equally good candidate `safe` with the wanted power, by bisection: one fewer is too few. Exact
 * power is slightly jagged in n, so a few per cent fewer may do as well.
 */
export function casesNeeded(rule: PlannedRule, power: number): number {
  if (rule.margin <= 0) return Infinity;
  const isEnough = (n: number) => safePower(rule, n) >= power;
  let few = 1;
  let enough = 2;
  while (!isEnough(enough)) {
    few = enough;
    enough *= 2;
    if (enough > MOST_CASES) return Infinity;
  }
  while (enough - few > 1) {
    const middle = Math.floor((few + enough) / 2);
    if (isEnough(middle)) enough = middle;
    else few = middle;
  }
  return enough;
}

/** Half of what a screen shows of a loss, a tenth of a point. */
const STEP = 5e-4;

/** The smallest margin at which n cases prove an equally good candidate `safe` with the wanted power, rounded up. */
export function leastMargin(rule: PlannedRule, n: number, power: number): number | undefined {
  return leastOf({ from: 0, to: 1 - STEP }, (margin) => safePower({ ...rule, margin }, n) >= power);
}

/** The smallest loss that n cases prove to be beyond the rule's margin with the wanted power, rounded up. */
export function leastLossFound(rule: PlannedRule, n: number, power: number): number | undefined {
  return leastOf({ from: rule.margin, to: 1 }, (loss) => unsafePower(rule, n, loss) >= power);
}

/** `undefined` where not even the greatest value will do. */
function leastOf(
  range: { readonly from: number; readonly to: number },
  isEnough: (value: number) => boolean,
): number | undefined {
  let { from: little, to: enough } = range;
  if (!isEnough(enough)) return undefined;
  while (enough - little > STEP) {
    const middle = (little + enough) / 2;
    if (isEnough(middle)) enough = middle;
    else little = middle;
  }
  return enough;
}
