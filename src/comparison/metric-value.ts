import type { MetricName, ScoredMetric } from "../domain/suite.ts";
import { meanEstimate } from "../statistics/case-means.ts";
import type { Interval } from "../statistics/interval.ts";
import type { Numbers } from "../statistics/numbers.ts";
import { packedNumbers } from "../statistics/packed-numbers.ts";
import { clopperPearsonLower, clopperPearsonUpper } from "../statistics/proportion.ts";
import { quantileReading } from "../statistics/quantile.ts";
import { costPerSolved, ratioInterval } from "../statistics/ratio.ts";
import { rowsWhere } from "./case-rows.ts";
import { caseScore, clusterOf, clustersAt, rowsOf, type Side } from "./case-scores.ts";
import { faultAt, outcomeAt, type SampleColumns } from "./case-table.ts";
import { codedColumn } from "./columns.ts";

/** A metric that is no score: in USD per case, ms, tokens per second, or a share of samples. */
export type MeasuredMetric = Exclude<MetricName, ScoredMetric>;

/** A metric with its interval, or why it has no value: unknown is never zero. */
export type MetricValue =
  | { readonly known: true; readonly value: Interval; readonly n: number }
  | { readonly known: false; readonly reason: string };

/** Some cases of one side. */
export interface MeasuredCases {
  readonly side: Side;
  readonly cases: Uint32Array;
}

/** And a two-sided confidence. */
export interface MetricInput extends MeasuredCases {
  readonly confidence: number;
}

/** The value of a metric at any two-sided confidence. */
export type MetricReading = (confidence: number) => MetricValue;

/** One metric over the samples of some cases. */
export function metricValue(metric: MeasuredMetric, input: MetricInput): MetricValue {
  return readMetric(metric, input)(input.confidence);
}

/** Gathers a metric's numbers once, for intervals at several confidences. */
export function readMetric(metric: MeasuredMetric, input: MeasuredCases): MetricReading {
  switch (metric) {
    case "cost":
      return costPerCase(input);
    case "latency_p50":
      return timeQuantile(input, "latencyMs", 0.5);
    case "latency_p95":
      return timeQuantile(input, "latencyMs", 0.95);
    case "ttft_p50":
      return timeQuantile(input, "firstTokenMs", 0.5);
    case "tokens_per_second":
      return tokenRate(input);
    case "failed_rate":
    case "refused_rate":
    case "format_rate":
      return rate(metric, input);
  }
}

/** USD that an answer to a case cost; `null` where none was paid for, `undefined` where any is unknown. */
export function caseCost({ samples }: Side, index: number): number | null | undefined {
  let sum = 0;
  let asked = 0;
  for (const row of rowsOf(samples, index)) {
    const outcome = outcomeAt(samples.outcome.at(row));
    const cost = samples.costUsd.at(row);
    if (Number.isNaN(cost)) {
      if (outcome === "failed" || outcome === "skipped") continue;
      return undefined;
    }
    sum += cost;
    asked += 1;
  }
  return asked === 0 ? null : sum / asked;
}

/** The same of each case that was paid for; `undefined` where any part is unknown. */
export function caseCosts(side: Side, cases: Uint32Array): Numbers | undefined {
  const costs = packedNumbers();
  for (const index of cases) {
    const cost = caseCost(side, index);
    if (cost === undefined) return undefined;
    if (cost !== null) costs.push(cost);
  }
  return costs;
}

/** Cases with one number each. */
export function* onlyOnes(values: Numbers): Generator<readonly number[]> {
  for (let at = 0; at < values.length; at += 1) yield [values.at(at) ?? Number.NaN];
}

function costPerCase(input: MeasuredCases): MetricReading {
  const costs = caseCosts(input.side, input.cases);
  if (costs === undefined) return unknown(`the price of ${input.side.name} is unknown`);
  if (costs.length === 0) return unknown("no call has a cost");
  // A case without a cost (every call failed) leaves the list, and the clusters no longer match: then cases stand alone.
  const clusters = costs.length === input.cases.length ? clustersAt(input.side, input.cases) : undefined;
  return (confidence) => {
    const value = meanEstimate({ scores: onlyOnes(costs), clusters, range: undefined, confidence });
    return { known: true, value: { ...value, lower: Math.max(0, value.lower) }, n: costs.length };
  };
}

function unknown(reason: string): MetricReading {
  return () => ({ known: false, reason });
}

/** USD for one solved case: what was spent on all of them over the sum of their scores. */
export function solvedCost(input: MetricInput): MetricValue {
  const costs = packedNumbers();
  const solved = packedNumbers();
  const clusters = codedColumn<string | undefined>();
  for (const index of input.cases) {
    const cost = caseCost(input.side, index);
    if (cost === undefined) return { known: false, reason: `the price of ${input.side.name} is unknown` };
    const { scored, mean } = caseScore(input.side.samples, index);
    if (cost === null || scored === 0) continue;
    costs.push(cost);
    solved.push(mean);
    clusters.push(clusterOf(input.side, index));
  }
  const value = costPerSolved({ costs, solved, clusters, confidence: input.confidence });
  if (value === undefined) return { known: false, reason: "no scored case has a cost" };
  return { known: true, value, n: costs.length };
}

function timeQuantile(
  input: MeasuredCases,
  column: "latencyMs" | "firstTokenMs",
  quantile: number,
): MetricReading {
  const { samples } = input.side;
  const values = packedNumbers();
  // A case that stands alone with one value is no group: a million of them need no set of names.
  const isAlone = samples.repeats === 1 && clustersAt(input.side, input.cases) === undefined;
  const groups = codedColumn<string | number>();
  for (const index of input.cases) {
    for (const row of rowsOf(samples, index)) {
      const value = samples[column].at(row);
      if (Number.isNaN(value) || samples.cached.at(row) === 1) continue;
      values.push(value);
      if (!isAlone) groups.push(clusterOf(input.side, index) ?? index);
    }
  }
  const reading = quantileReading({ values, groups: isAlone ? undefined : groups, quantile });
  return (confidence) => {
    const value = reading(confidence);
    if (value === undefined) return untimed(input.side, "no time was measured in this run");
    return { known: true, value, n: values.length };
  };
}

function untimed({ name, isBatched }: Side, reason: string): MetricValue {
  const inBatches = `${name} was asked in batches, where no time is measured`;
  return { known: false, reason: isBatched === true ? inBatches : reason };
}

function tokenRate({ side, cases }: MeasuredCases): MetricReading {
  const tokens = packedNumbers();
  const seconds = packedNumbers();
  const clusters = codedColumn<string | undefined>();
  for (const index of cases) {
    let tokenSum = 0;
    let timeSum = 0;
    for (const row of rowsOf(side.samples, index)) {
      const count = side.samples.outputTokens.at(row);
      const time = side.samples.generationMs.at(row);
      if (Number.isNaN(count) || Number.isNaN(time) || side.samples.cached.at(row) === 1) continue;
      tokenSum += count;
      timeSum += time / 1000;
    }
    if (timeSum > 0) {
      tokens.push(tokenSum);
      seconds.push(timeSum);
      clusters.push(clusterOf(side, index));
    }
  }
  return (confidence) => {
    const value = ratioInterval({ numerators: tokens, denominators: seconds, clusters, confidence });
    if (value === undefined) return untimed(side, "too few answers have tokens and generation time");
    return { known: true, value, n: tokens.length };
  };
}

/** A share of samples. */
export type RateMetric = "failed_rate" | "refused_rate" | "format_rate";

/** Whether a metric is a share of samples. */
export function isRate(metric: MeasuredMetric): metric is RateMetric {
  return metric in COUNTED;
}

/** The samples that a rate counts. */
const COUNTED: Record<RateMetric, (samples: SampleColumns, row: number) => boolean> = {
  failed_rate: (samples, row) => outcomeAt(samples.outcome.at(row)) === "failed",
  refused_rate: (samples, row) => outcomeAt(samples.outcome.at(row)) === "refused",
  format_rate: (samples, row) => faultAt(samples.fault.at(row)) === "format",
};

/** Of each sample of a case that was asked, whether a rate counts it; skipped samples were never asked. */
export function rateCounts(
  metric: RateMetric,
  { samples }: Side,
  index: number | undefined,
): readonly (0 | 1)[] {
  if (index === undefined) return [];
  const is = COUNTED[metric];
  return rowsOf(samples, index)
    .filter((row) => outcomeAt(samples.outcome.at(row)) !== "skipped")
    .map((row) => (is(samples, row) ? 1 : 0));
}

/** Share of samples, each case weighing the same. */
function rate(metric: RateMetric, input: MeasuredCases): MetricReading {
  const { side } = input;
  const cases = rowsWhere(input.cases, (index) => rateCounts(metric, side, index).length > 0);
  const n = cases.length;
  if (n === 0) return unknown("no case was asked");
  const clusters = clustersAt(side, cases);
  if (clusters === undefined && cases.every((index) => rateCounts(metric, side, index).length === 1)) {
    const count = cases.reduce((sum, index) => sum + (rateCounts(metric, side, index)[0] ?? 0), 0);
    return (confidence) => {
      const level = (1 + confidence) / 2;
      const lower = clopperPearsonLower(count, n, level);
      return {
        known: true,
        value: { estimate: count / n, lower, upper: clopperPearsonUpper(count, n, level) },
        n,
      };
    };
  }
  const range = { lower: 0, upper: 1 };
  return (confidence) => ({
    known: true,
    value: meanEstimate({ scores: countsOf(metric, input.side, cases), clusters, range, confidence }),
    n,
  });
}

function* countsOf(metric: RateMetric, side: Side, cases: Uint32Array): Generator<readonly number[]> {
  for (const index of cases) yield rateCounts(metric, side, index);
}
