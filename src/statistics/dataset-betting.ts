/** What one process about a finite dataset watches; fixed before the first unit. */
export interface DatasetPlan {
  /** How much worse is still acceptable, in units of the score range: 0 < margin < 1. */
  readonly margin: number;
  /** Chance of a false `safe`, and of a false `unsafe`. */
  readonly alpha: number;
  /** Number of units (cases, or clusters) of the whole dataset: all that the claim is about. */
  readonly size: number;
}

/** `exhausted`: every unit was seen, and their mean is the bound itself. */
export type DatasetVerdict = "undecided" | "safe" | "unsafe" | "exhausted";

/** Plain data: written as JSON and read back, the process goes on as if nothing had happened. */
export interface DatasetState {
  readonly plan: DatasetPlan;
  readonly seen: number;
  readonly sum: number;
  readonly sumOfSquares: number;
  /** Log of the wealth against "these units are worse by the margin or more". */
  readonly logSafe: number;
  /** Log of the wealth against "these units are worse by the margin or less". */
  readonly logUnsafe: number;
  readonly verdict: DatasetVerdict;
}

const PRIOR_WEIGHT = 10;
const PRIOR_SQUARE = 0.15;
/** Largest share of the wealth that one unit may lose. */
const MOST_STAKE = 0.9;
/** Sums of fractions are this far from exact, for one unit. */
const ROUNDING = 1e-9;

/** A process that has seen nothing. Throws for a plan that is not one. */
export function initDataset(plan: DatasetPlan): DatasetState {
  const { margin, alpha, size } = plan;
  if (!(margin > 0 && margin < 1)) throw new RangeError(`margin ${margin} is outside (0, 1)`);
  if (!(alpha > 0 && alpha < 1)) throw new RangeError(`alpha ${alpha} is outside (0, 1)`);
  if (!(Number.isInteger(size) && size > 0)) throw new RangeError(`size ${size} is not a count`);
  return { plan, seen: 0, sum: 0, sumOfSquares: 0, logSafe: 0, logUnsafe: 0, verdict: "undecided" };
}

/**
 * Takes the next difference (candidate − baseline, in [−1, 1]) of a dataset that is drawn without replacement, in an
 * order drawn before the run. The claim is about the mean of these units alone, never about future cases. After each
 * unit the verdict may be looked at and acted on (Waudby-Smith & Ramdas 2020, "Confidence sequences for sampling
 * without replacement"): what the units seen leave for those to come moves the mean that is bet against.
 */
export function stepDataset(state: DatasetState, difference: number): DatasetState {
  if (!(difference >= -1 && difference <= 1))
    throw new RangeError(`difference ${difference} is outside [-1, 1]`);
  if (state.verdict !== "undecided") return state;
  const { plan, seen, sum, sumOfSquares } = state;
  const bound = boundOfRest(state);
  const square = (sumOfSquares + PRIOR_SQUARE * PRIOR_WEIGHT) / (seen + PRIOR_WEIGHT);
  // Aimed at equal models, and at a loss of two margins.
  const safeBet = bet({ gap: -bound, square, most: MOST_STAKE / (1 + bound), bound });
  const unsafeBet = bet({ gap: bound + 2 * plan.margin, square, most: MOST_STAKE / (1 - bound), bound });
  const next = {
    plan,
    seen: seen + 1,
    sum: sum + difference,
    sumOfSquares: sumOfSquares + difference * difference,
    logSafe: state.logSafe + Math.log1p(safeBet * (difference - bound)),
    logUnsafe: state.logUnsafe + Math.log1p(-unsafeBet * (difference - bound)),
    verdict: "undecided" as const,
  };
  return { ...next, verdict: decide(next) };
}

/** The mean of the units to come if the mean of all is exactly minus the margin. */
function boundOfRest({ plan, seen, sum }: DatasetState): number {
  return (-plan.margin * plan.size - sum) / (plan.size - seen);
}

interface Bet {
  readonly gap: number;
  readonly square: number;
  readonly most: number;
  readonly bound: number;
}

/** No bet where the bound is at the edge of what a unit can be: the rest would be forced, and rounding would decide. */
function bet({ gap, square, most, bound }: Bet): number {
  if (gap <= 0 || Math.abs(bound) >= 1 - ROUNDING) return 0;
  return Math.min(most, gap / (square + gap * gap));
}

function decide(state: DatasetState): DatasetVerdict {
  const { plan, seen, sum, logSafe, logUnsafe } = state;
  const goal = Math.log(1 / plan.alpha);
  if (logSafe >= goal) return "safe";
  if (logUnsafe >= goal) return "unsafe";
  if (seen === plan.size) {
    // Every unit is known: what is left is arithmetic.
    const excess = sum / plan.size + plan.margin;
    if (excess > ROUNDING) return "safe";
    return excess < -ROUNDING ? "unsafe" : "exhausted";
  }
  const bound = boundOfRest(state);
  if (bound < -1 - ROUNDING) return "safe";
  return bound > 1 + ROUNDING ? "unsafe" : "undecided";
}
