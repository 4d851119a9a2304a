import type { Groups } from "./clustered-mean.ts";
import type { WinsAndLosses } from "./tango.ts";

/** Graded differences as wins and losses of one size. */
export interface ScaledCounts {
  readonly counts: WinsAndLosses;
  /** What one win or loss is worth, in the unit of the scores: at most the range's width. */
  readonly size: number;
}

/** Pseudo-differences at each end of the range that the typical size is blended with. */
const GUARDS = 2;

/**
 * The wins and losses of one typical size s that have the mean of the differences and their spread about 0:
 * s = sum of squares / sum of sizes, W/s wins and L/s losses. Two gains and two losses of the whole range are blended
 * into s, so that few or small differences never make a large one look impossible: with no difference at all s is the
 * whole range. Units are cases, or clusters at Kish's effective number (1965). `undefined` below two units.
 */
export function scaledCounts({ sizes, sums }: Groups, reach: number): ScaledCounts | undefined {
  let cases = 0;
  let squaredSizes = 0;
  for (let group = 0; group < sizes.length; group += 1) {
    const size = sizes.at(group) ?? 0;
    cases += size;
    squaredSizes += size * size;
  }
  const n = Math.floor((cases * cases) / squaredSizes + 1e-9);
  if (n < 2) return undefined;
  let gained = 0;
  let lost = 0;
  let squares = 0;
  for (let group = 0; group < sums.length; group += 1) {
    const unit = ((sums.at(group) ?? 0) * n) / cases;
    squares += unit * unit;
    if (unit > 0) gained += unit;
    else lost -= unit;
  }
  const size = (squares + 2 * GUARDS * reach * reach) / (gained + lost + 2 * GUARDS * reach);
  return { counts: { wins: gained / size, losses: lost / size, n }, size };
}
