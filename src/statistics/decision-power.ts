import { normalCdf, normalQuantile } from "./distributions.ts";
import { probabilityOf } from "./exact-noninferiority.ts";
import { zeroDifferenceCases } from "./power.ts";
import { rejectionRegion } from "./rejection-region.ts";
import { tangoScore } from "./tango.ts";

/** A rule that is yet to be judged. */
export interface PlannedRule {
  /**
   * `exact`: right-or-wrong answers, independent cases asked once. `scaled-exact`: graded, repeated or clustered
   * scores in [0, 1].
   */
  readonly method: "exact" | "scaled-exact";
  /** Variance of one case's paired difference; for `exact` the share of cases on which the models differ. */
  readonly variance: number;
  readonly margin: number;
  /** One-sided. */
  readonly confidence: number;
}

/** Chance that n cases prove a candidate `safe` whose true difference from the baseline is `difference`. */
export function safePower(rule: PlannedRule, n: number, difference = 0): number {
  if (rule.margin <= 0 || n < 2) return 0;
  return powerOf(rule)(rule, { n, drift: difference, d0: -rule.margin });
}

/** Chance that n cases prove a candidate `unsafe` that loses `loss`: the same test with the models swapped. */
export function unsafePower(rule: PlannedRule, n: number, loss: number): number {
  if (n < 2) return 0;
  return powerOf(rule)(rule, { n, drift: loss, d0: rule.margin });
}

function powerOf({ method }: PlannedRule) {
  return method === "exact" ? exactPower : scoredPower;
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

/** Normal power of Tango's score: fractional wins and losses have no list of tables to sum over. */
function scoredPower({ variance, confidence }: PlannedRule, { n, drift, d0 }: Question): number {
  const share = Math.min(1, Math.max(variance, Math.abs(drift)));
  const gap = n * (drift - d0);
  const deviation = Math.sqrt(n * share);
  if (gap === 0) return 1 - confidence;
  if (drift <= 0 && n < zeroDifferenceCases(-d0, confidence)) return 0;
  const counts = { wins: (n * (share + drift)) / 2, losses: (n * (share - drift)) / 2, n };
  const room = gap - (normalQuantile(confidence) * gap) / tangoScore(counts, d0);
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
