/** What one process watches; fixed before the first case. */
export interface BettingPlan {
  /** How much worse is still acceptable, in units of the score range: −1 < margin < 1. */
  readonly margin: number;
  /** Chance of a false `safe`, and of a false `unsafe`. */
  readonly alpha: number;
  /** Planned number of units (cases, or clusters): the most that will be seen. */
  readonly horizon: number;
  /** Give up early when neither verdict is in reach. Costs some power, never validity. */
  readonly futility: boolean;
}

export type BettingVerdict = "undecided" | "safe" | "unsafe" | "futile" | "exhausted";

/** Plain data: written as JSON and read back, the process goes on as if nothing had happened. */
export interface BettingState {
  readonly plan: BettingPlan;
  readonly seen: number;
  readonly sum: number;
  readonly sumOfSquares: number;
  /** Log of the wealth against "worse by the margin or more". */
  readonly logSafe: number;
  /** Log of the wealth against "worse by the margin or less". */
  readonly logUnsafe: number;
  readonly verdict: BettingVerdict;
}

const PRIOR_WEIGHT = 10;
const PRIOR_VARIANCE = 0.15;
const LEAST_VARIANCE = 1e-4;
/** Largest share of the wealth that one unit may lose. */
const MOST_STAKE = 0.99;
/** Normal quantile of 99%: give up when success has less than 1% chance. */
const FUTILITY_Z = 2.326;

/** A process that has seen nothing. Throws for a plan that is not one. */
export function initBetting(plan: BettingPlan): BettingState {
  const { margin, alpha, horizon } = plan;
  if (!(margin > -1 && margin < 1)) throw new RangeError(`margin ${margin} is outside (-1, 1)`);
  if (!(alpha > 0 && alpha < 1)) throw new RangeError(`alpha ${alpha} is outside (0, 1)`);
  if (!(Number.isInteger(horizon) && horizon > 0)) throw new RangeError(`horizon ${horizon} is not a count`);
  return { plan, seen: 0, sum: 0, sumOfSquares: 0, logSafe: 0, logUnsafe: 0, verdict: "undecided" };
}

/**
 * Takes the next difference (candidate − baseline, score range scaled to width 1, so in [−1, 1]).
 * Units must come in an order drawn before the run, with none left out. After each unit the verdict may be
 * looked at and acted on: the chance of ever seeing a false one is at most alpha (Ville's inequality; bets
 * aimed at the horizon, after Waudby-Smith & Ramdas 2024). A decided state stays as it is.
 */
export function stepBetting(state: BettingState, difference: number): BettingState {
  if (!(difference >= -1 && difference <= 1))
    throw new RangeError(`difference ${difference} is outside [-1, 1]`);
  if (state.verdict !== "undecided") return state;
  const { plan, seen, logSafe, logUnsafe } = state;
  const variance = predictedVariance(state);
  const goal = Math.log(1 / plan.alpha);
  const left = plan.horizon - seen;
  const gain = difference + plan.margin;
  const safeBet = Math.min(MOST_STAKE / (1 - plan.margin), aim(goal - logSafe, left, variance));
  const unsafeBet = Math.min(MOST_STAKE / (1 + plan.margin), aim(goal - logUnsafe, left, variance));
  const next = {
    plan,
    seen: seen + 1,
    sum: state.sum + difference,
    sumOfSquares: state.sumOfSquares + difference * difference,
    logSafe: logSafe + Math.log1p(safeBet * gain),
    logUnsafe: logUnsafe + Math.log1p(-unsafeBet * gain),
    verdict: "undecided" as const,
  };
  return { ...next, verdict: decide(next) };
}

/**
 * One cluster as one unit, on the scale that `stepBetting` takes: a large cluster counts for more, and the
 * null hypothesis stays that of the cases. `largest` is fixed before the run and bounds every cluster's size.
 */
export function clusterDifference(cluster: {
  readonly meanDifference: number;
  readonly size: number;
  readonly largest: number;
  readonly margin: number;
}): number {
  const { meanDifference, size, largest, margin } = cluster;
  if (!(size > 0 && size <= largest)) throw new RangeError(`cluster size ${size} is outside (0, ${largest}]`);
  return (size * (meanDifference + margin)) / largest - margin;
}

/** What was seen, in order, for the bounds that it proves. */
export interface BettingEvidence {
  /** Of each unit the mean difference of its cases. */
  readonly differences: readonly number[];
  /** Cases of each unit, where units are clusters; `largest` bounds the size of every planned one. */
  readonly clusters?: { readonly sizes: readonly number[]; readonly largest: number } | undefined;
  readonly alpha: number;
  readonly horizon: number;
  readonly step?: number;
}

/**
 * The largest value that the mean difference is proven to exceed, at every moment at once with confidence
 * 1 − alpha; −1 if nothing is proven. Its negative is the margin proven so far. `differences` are those
 * seen, in order. Every smaller value of the grid is rejected too, which makes the bound valid.
 */
export function bettingLowerBound(evidence: BettingEvidence): number {
  const { differences, clusters, alpha, horizon, step = 0.001 } = evidence;
  const points = Math.round(1 / step);
  for (let point = 1 - points; point < points; point += 1) {
    const margin = -point / points;
    let state = initBetting({ margin, alpha, horizon, futility: false });
    for (const [at, meanDifference] of differences.entries()) {
      const difference =
        clusters === undefined
          ? meanDifference
          : clusterDifference({
              meanDifference,
              size: clusters.sizes[at] ?? 0,
              largest: clusters.largest,
              margin,
            });
      state = stepBetting(state, Math.max(-1, Math.min(1, difference)));
      if (state.verdict !== "undecided") break;
    }
    if (state.verdict !== "safe") return (point - 1) / points;
  }
  return (points - 1) / points;
}

/** The mirror of `bettingLowerBound`: what the mean difference is proven to stay below. */
export function bettingUpperBound(evidence: BettingEvidence): number {
  return -bettingLowerBound({
    ...evidence,
    differences: evidence.differences.map((difference) => -difference),
  });
}

/** Variance of the next difference, from those before it and a weak prior. */
function predictedVariance(state: BettingState): number {
  const weight = state.seen + PRIOR_WEIGHT;
  const square = (state.sumOfSquares + PRIOR_VARIANCE * PRIOR_WEIGHT) / weight;
  return Math.max(LEAST_VARIANCE, square - (state.sum / weight) ** 2);
}

/** The bet that reaches the goal exactly at the horizon if the drift is the smallest that can. */
function aim(missing: number, left: number, variance: number): number {
  return Math.sqrt((2 * Math.max(0, missing)) / (left * variance));
}

function decide(state: BettingState): BettingVerdict {
  const { plan, seen, logSafe, logUnsafe } = state;
  const goal = Math.log(1 / plan.alpha);
  if (logSafe >= goal) return "safe";
  if (logUnsafe >= goal) return "unsafe";
  if (seen >= plan.horizon) return "exhausted";
  return plan.futility && isHopeless(state) ? "futile" : "undecided";
}

function isHopeless(state: BettingState): boolean {
  const { plan, seen, sum, logSafe, logUnsafe } = state;
  if (seen < plan.horizon / 10) return false;
  const left = plan.horizon - seen;
  const variance = predictedVariance(state);
  const goal = Math.log(1 / plan.alpha);
  const drift = sum / seen + plan.margin;
  const spread = Math.sqrt(variance / seen + variance / left);
  const isOutOfReach = (missing: number, towards: number) =>
    (Math.sqrt((2 * missing * variance) / left) - towards) / spread > FUTILITY_Z;
  return isOutOfReach(goal - logSafe, drift) && isOutOfReach(goal - logUnsafe, -drift);
}
