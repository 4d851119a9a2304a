import { cr2 } from "./clustered-mean.ts";
import type { Clusters } from "./clusters.ts";
import { tQuantile } from "./distributions.ts";
import type { Estimate } from "./interval.ts";
import { wilson } from "./proportion.ts";

/** One answer: the labels that were right and those that it named, each once, as numbers from 0. */
export interface LabelledAnswer {
  readonly expected: readonly number[];
  readonly found: readonly number[];
}

/** How often a label was named rightly, named wrongly, and left out. */
export interface LabelCounts {
  readonly right: number;
  readonly extra: number;
  readonly missed: number;
}

/** An F1 and how much each case bears on it: the values of a case sum to 0 over all cases. */
export interface F1Fit {
  readonly estimate: number;
  readonly influence: readonly number[];
}

/** What the answers to some cases make of their labels. */
export interface LabelFit {
  /** By label. */
  readonly counts: readonly LabelCounts[];
  /** Mean F1 of the labels that any case expects; `undefined` where none expects one. */
  readonly macro: F1Fit | undefined;
  /** F1 of all labels counted together; `undefined` where no label was expected or named. */
  readonly micro: F1Fit | undefined;
}

/** F1 of one label, or of several counted together: 2 right / (2 right + extra + missed); NaN where it never occurs. */
export function f1Of({ right, extra, missed }: LabelCounts): number {
  return (2 * right) / (2 * right + extra + missed);
}

/**
 * Macro and micro F1 over cases, each with the answers of its repeats. An F1 is a smooth function of sums over cases:
 * its influence values are the delta method's (Takahashi et al. 2022, "Confidence interval for micro-averaged F1 and
 * macro-averaged F1 scores"), which hold for clusters too.
 */
export function fitLabels(cases: readonly (readonly LabelledAnswer[])[], labels: number): LabelFit {
  const counts = Array.from({ length: labels }, () => ({ right: 0, extra: 0, missed: 0 }));
  for (const answers of cases) for (const answer of answers) addAnswer(counts, answer);
  const all = counts.reduce(together, { right: 0, extra: 0, missed: 0 });
  const expected = counts.filter(({ right, missed }) => right + missed > 0).length;
  const microScore = f1Of(all);
  const scores = counts.map((count) => (count.right + count.missed > 0 ? f1Of(count) : undefined));
  const ofLabel = (label: number, own: LabelCounts) => {
    const score = scores[label];
    const count = counts[label];
    return score === undefined || count === undefined ? 0 : slope(score, count, own) / expected;
  };
  const ofMacro = (answer: LabelledAnswer) =>
    touched(answer).reduce((sum, { label, own }) => sum + ofLabel(label, own), 0);
  const ofMicro = (answer: LabelledAnswer) =>
    touched(answer).reduce((sum, { own }) => sum + slope(microScore, all, own), 0);
  const mean = scores.reduce((sum: number, score) => sum + (score ?? 0), 0) / expected;
  return {
    counts,
    macro: expected === 0 ? undefined : { estimate: mean, influence: perCase(cases, ofMacro) },
    micro: Number.isNaN(microScore)
      ? undefined
      : { estimate: microScore, influence: perCase(cases, ofMicro) },
  };
}

interface Touched {
  readonly label: number;
  readonly own: LabelCounts;
}

function touched({ expected, found }: LabelledAnswer): readonly Touched[] {
  return [
    ...expected.map((label) => ({ label, own: found.includes(label) ? RIGHT : MISSED })),
    ...found.filter((label) => !expected.includes(label)).map((label) => ({ label, own: EXTRA })),
  ];
}

const RIGHT: LabelCounts = { right: 1, extra: 0, missed: 0 };
const EXTRA: LabelCounts = { right: 0, extra: 1, missed: 0 };
const MISSED: LabelCounts = { right: 0, extra: 0, missed: 1 };

function addAnswer(counts: { right: number; extra: number; missed: number }[], answer: LabelledAnswer): void {
  for (const { label, own } of touched(answer)) {
    const count = counts[label];
    if (count === undefined) throw new RangeError(`label ${label} of ${counts.length}`);
    count.right += own.right;
    count.extra += own.extra;
    count.missed += own.missed;
  }
}

function together(one: LabelCounts, other: LabelCounts): LabelCounts {
  return {
    right: one.right + other.right,
    extra: one.extra + other.extra,
    missed: one.missed + other.missed,
  };
}

/** First-order change of an F1 per occurrence of `own` among its counts. */
function slope(score: number, { right, extra, missed }: LabelCounts, own: LabelCounts): number {
  const size = 2 * own.right + own.extra + own.missed;
  return (2 * own.right - score * size) / (2 * right + extra + missed);
}

/** The same answer object is reckoned once: callers share it among cases. */
function perCase(
  cases: readonly (readonly LabelledAnswer[])[],
  of: (answer: LabelledAnswer) => number,
): readonly number[] {
  const known = new Map<LabelledAnswer, number>();
  return cases.map((answers) => {
    let sum = 0;
    for (const answer of answers) {
      const value = known.get(answer) ?? of(answer);
      known.set(answer, value);
      sum += value;
    }
    return sum;
  });
}

interface Settings {
  readonly clusters: Clusters | undefined;
  /** Two-sided. */
  readonly confidence: number;
}

/** Below this many independent cases an F1 gets Wilson's interval, never one made from its spread. */
const FEW_GROUPS = 10;

/**
 * An F1 with its interval. Where the cases show no spread, or are few, it is Wilson's over as many cases as `scarcest`
 * says that the rarest label has: that one is known least.
 */
export function f1Estimate(fit: F1Fit, settings: Settings & { readonly scarcest: number }): Estimate {
  const n = fit.influence.length;
  const spread = cr2({ values: fit.influence.map((value) => n * value), clusters: settings.clusters });
  const { estimate } = fit;
  if (spread === undefined) return { estimate, lower: 0, upper: 1, method: "insufficient", n };
  if (spread.groups < FEW_GROUPS || spread.se < 1e-12) {
    const size = Math.max(1, Math.min(spread.groups, settings.scarcest));
    const { lower, upper } = wilson(estimate * size, size, settings.confidence);
    return { estimate, lower, upper, method: "wilson-rescaled", n };
  }
  const half = tQuantile((1 + settings.confidence) / 2, spread.df) * spread.se;
  const [lower, upper] = [Math.max(0, estimate - half), Math.min(1, estimate + half)];
  return { estimate, lower, upper, method: "delta-t", n, df: spread.df };
}

/** Candidate's F1 less the baseline's on the same cases in the same order, paired case by case. */
export function f1Difference(baseline: F1Fit, candidate: F1Fit, settings: Settings): Estimate {
  const n = candidate.influence.length;
  if (baseline.influence.length !== n) throw new RangeError("both sides need the same cases");
  const values = candidate.influence.map((value, at) => n * (value - (baseline.influence[at] ?? 0)));
  const estimate = candidate.estimate - baseline.estimate;
  const spread = cr2({ values, clusters: settings.clusters });
  if (spread === undefined || spread.se < 1e-12)
    return { estimate, lower: -1, upper: 1, method: "insufficient", n };
  const half = tQuantile((1 + settings.confidence) / 2, spread.df) * spread.se;
  const [lower, upper] = [Math.max(-1, estimate - half), Math.min(1, estimate + half)];
  return { estimate, lower, upper, method: "delta-t", n, df: spread.df };
}
