import { tQuantile } from "./distributions.ts";
import type { Interval } from "./interval.ts";
import { type LogisticRow, logistic, logisticChance, withoutEach } from "./logistic.ts";

/** A judge's preference on one case, and how much longer the preferred model's answer is. */
export interface Preference {
  /** 1: the candidate's answer is better, 0: the baseline's, 0.5: neither. */
  readonly win: number;
  /** Length of the candidate's answer less that of the baseline's. */
  readonly longer: number;
  readonly cluster: string | undefined;
}

/** The win rate that answers of equal length would have. */
export interface LengthControl extends Interval {
  readonly raw: number;
  /** Odds of a win grow by this factor where an answer is longer by one standard deviation, about. */
  readonly lengthOdds: number;
}

/**
 * Length-controlled win rate, after Dubois et al. 2024 (arXiv 2404.04475): a logistic regression of the preference on an
 * intercept and tanh of the standardised difference in length, read at a difference of 0; interval by a jackknife over
 * clusters. Undefined where there is no finite fit. To be shown beside the raw rate, never instead of it.
 */
export function lengthControl(
  preferences: readonly Preference[],
  confidence: number,
): LengthControl | undefined {
  const n = preferences.length;
  if (n < 3) return undefined;
  const scale = Math.sqrt(preferences.reduce((sum, { longer }) => sum + longer * longer, 0) / n);
  const rows = preferences.map(
    ({ win, longer }): LogisticRow => ({
      x: scale === 0 ? [1] : [1, Math.tanh(longer / scale)],
      wins: win,
      losses: 1 - win,
    }),
  );
  const fit = logistic(rows, scale === 0 ? 1 : 2);
  const left = fit === undefined ? undefined : withoutEach(rows, groupsOf(preferences), fit);
  if (fit === undefined || left === undefined || left.length < 2) return undefined;
  const [intercept = 0, slope = 0] = fit;
  const intercepts = left.map(([value = 0]) => value);
  const groups = intercepts.length;
  const centre = intercepts.reduce((sum, value) => sum + value, 0) / groups;
  const spread = intercepts.reduce((sum, value) => sum + (value - centre) ** 2, 0);
  const half = tQuantile((1 + confidence) / 2, groups - 1) * Math.sqrt(((groups - 1) / groups) * spread);
  return {
    estimate: logisticChance([intercept], [1]),
    lower: logisticChance([intercept - half], [1]),
    upper: logisticChance([intercept + half], [1]),
    raw: preferences.reduce((sum, { win }) => sum + win, 0) / n,
    lengthOdds: Math.exp(slope),
  };
}

/** The number of each preference's cluster; one without a cluster is its own. */
function groupsOf(preferences: readonly Preference[]): readonly number[] {
  const numbers = new Map<string, number>();
  return preferences.map(({ cluster }, at) => {
    const name = JSON.stringify(cluster ?? [at]);
    const number = numbers.get(name) ?? numbers.size;
    numbers.set(name, number);
    return number;
  });
}
