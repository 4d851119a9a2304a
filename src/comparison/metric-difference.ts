import { isScored, METRIC_NAMES } from "../domain/suite.ts";
import type { Interval } from "../statistics/interval.ts";
import { average } from "../statistics/numbers.ts";
import { pairedComparison } from "../statistics/paired-comparison.ts";
import { geometricRatio } from "../statistics/ratio.ts";
import type { Alignment } from "./align.ts";
import { rowsOf, type Side } from "./case-scores.ts";
import { ratioOf } from "./metric-rule.ts";
import {
  isRate,
  type MeasuredCases,
  type MeasuredMetric,
  type MetricValue,
  rateCounts,
  readMetric,
} from "./metric-value.ts";
import { clustersOf, type PairedCase, sharedRows } from "./paired-cases.ts";
import { pairedCostRatio } from "./paired-cost.ts";

/** A metric of both sides and how they differ. */
export interface MetricDifference {
  readonly metric: MeasuredMetric;
  readonly baseline: MetricValue;
  readonly candidate: MetricValue;
  /** Candidate over baseline; of a rate only where the baseline's is not 0. */
  readonly ratio: MetricValue;
  /** Candidate − baseline of a rate, case by case; `undefined` for every other metric. */
  readonly difference: Interval | undefined;
}

/** Time of the candidate over time of the baseline, case by case: geometric mean with its interval. */
export interface PairedTime {
  readonly metric: "latency" | "ttft";
  /** Cases that were timed on both sides. */
  readonly cases: number;
  readonly ratio: Interval;
}

const METRICS = METRIC_NAMES.filter((name): name is MeasuredMetric => !isScored(name));

/** Every metric but the score, over the cases that both sides were asked; two-sided. */
export function metricDifferences(alignment: Alignment, confidence: number): readonly MetricDifference[] {
  const { baseline, candidate, pairs } = alignment;
  const shared = sharedRows(pairs);
  const asked: Asked = {
    baseline: { side: baseline, cases: shared.baseline },
    candidate: { side: candidate, cases: shared.candidate },
  };
  return METRICS.map((metric) => metricDifference(metric, { alignment, asked, confidence }));
}

/** The cases that both sides were asked, as each has them. */
interface Asked {
  readonly baseline: MeasuredCases;
  readonly candidate: MeasuredCases;
}

function metricDifference(
  metric: MeasuredMetric,
  {
    alignment,
    asked,
    confidence,
  }: { readonly alignment: Alignment; readonly asked: Asked; readonly confidence: number },
): MetricDifference {
  const read = {
    baseline: readMetric(metric, asked.baseline),
    candidate: readMetric(metric, asked.candidate),
  };
  const both = (level: number) => ({ baseline: read.baseline(level), candidate: read.candidate(level) });
  const wide = both(1 - (1 - confidence) / 2);
  const ratio =
    metric === "cost"
      ? pairedCostRatio(alignment, alignment.pairs, confidence)
      : ratioOf(wide.candidate, wide.baseline);
  return { metric, ...both(confidence), ratio, difference: rateDifference(alignment, metric, confidence) };
}

/** The paired difference of two rates over the cases that both sides were asked. */
function rateDifference(
  { baseline, candidate, pairs }: Alignment,
  metric: MeasuredMetric,
  confidence: number,
): Interval | undefined {
  if (!isRate(metric)) return undefined;
  const before = (pair: PairedCase) => rateCounts(metric, baseline, pair.baselineIndex);
  const after = (pair: PairedCase) => rateCounts(metric, candidate, pair.candidateIndex);
  const both = pairs.filter((pair) => before(pair).length > 0 && after(pair).length > 0);
  if (both.length === 0) return undefined;
  const { difference } = pairedComparison({
    baseline: both.numbers((pair) => average(before(pair))),
    candidate: both.numbers((pair) => average(after(pair))),
    binary: both.every((pair) => before(pair).length === 1 && after(pair).length === 1),
    clusters: clustersOf(both),
    range: { lower: 0, upper: 1 },
    confidence,
    margin: undefined,
    // Only the interval is shown, and that is Tango's.
    exactUpTo: 0,
  });
  return { estimate: difference.estimate, lower: difference.lower, upper: difference.upper };
}

/** Times case by case: what a user of both would feel, whichever cases are slow. Cache hits are left out. */
export function pairedTimes(
  { baseline, candidate, pairs }: Alignment,
  confidence: number,
): readonly PairedTime[] {
  return (["latency", "ttft"] as const).flatMap((metric) => {
    const column = metric === "latency" ? "latencyMs" : "firstTokenMs";
    const before = (pair: PairedCase) => geometricMean(baseline, pair.baselineIndex, column);
    const after = (pair: PairedCase) => geometricMean(candidate, pair.candidateIndex, column);
    const timed = pairs.filter((pair) => before(pair) !== undefined && after(pair) !== undefined);
    const ratio = geometricRatio({
      baseline: timed.numbers((pair) => before(pair) ?? Number.NaN),
      candidate: timed.numbers((pair) => after(pair) ?? Number.NaN),
      clusters: clustersOf(timed),
      confidence,
    });
    return ratio === undefined ? [] : [{ metric, cases: timed.length, ratio }];
  });
}

function geometricMean(
  { samples }: Side,
  index: number | undefined,
  column: "latencyMs" | "firstTokenMs",
): number | undefined {
  if (index === undefined) return undefined;
  let sum = 0;
  let count = 0;
  for (const row of rowsOf(samples, index)) {
    const value = samples[column].at(row);
    // A clock that reads 0 has no logarithm, and says nothing of a ratio.
    if (!(value > 0) || samples.cached.at(row) === 1) continue;
    sum += Math.log(value);
    count += 1;
  }
  return count === 0 ? undefined : Math.exp(sum / count);
}
