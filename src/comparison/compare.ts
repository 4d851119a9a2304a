import { type GatePolicy, METRIC_NAMES } from "../domain/suite.ts";
import { flakyCases, noiseFloor, passHatK } from "../statistics/repeats.ts";
import type { Alignment, PairedCase } from "./align.ts";
import { rowsOf, type Side } from "./case-scores.ts";
import { type Decomposition, decompose } from "./decomposition.ts";
import { compareLabels, type LabelComparison } from "./label-comparison.ts";
import { ratioOf } from "./metric-rule.ts";
import { type MeasuredMetric, type MetricValue, metricValue } from "./metric-value.ts";
import { pairedCostRatio } from "./paired-cost.ts";
import { average, type ScoreDifference, scoreDifference } from "./score-difference.ts";
import { type SliceDifference, sliceDifferences } from "./slice-differences.ts";
import { type ComparisonWarning, comparisonWarnings } from "./warnings.ts";

/** How a comparison is made. */
export interface CompareSettings {
  /** One-sided for bounds, two-sided for intervals that are shown. */
  readonly confidence: number;
  readonly margin: number | undefined;
  readonly missing: GatePolicy["missing"];
  /** Which run of this suite on this machine. */
  readonly attempt: number;
}

/** A metric of both sides and their ratio, candidate over baseline. */
export interface MetricDifference {
  readonly metric: MeasuredMetric;
  readonly baseline: MetricValue;
  readonly candidate: MetricValue;
  readonly ratio: MetricValue;
}

/** A case on which the models differ. */
export interface FlippedCase {
  readonly task: string;
  readonly id: string;
  readonly baseline: number;
  readonly candidate: number;
}

/** What repeats say about one side; `undefined` where no case was asked twice or scores are graded. */
export interface RepeatFacts {
  readonly repeats: number;
  /** How often the model disagrees with itself. */
  readonly noiseFloor: number | undefined;
  readonly flaky: number;
  /** Mean chance that all repeats of a case are right. */
  readonly passAll: number | undefined;
}

/** Baseline against candidate: data only. */
export interface Comparison {
  readonly baseline: { readonly name: string; readonly simulated: boolean };
  readonly candidate: { readonly name: string; readonly simulated: boolean };
  readonly settings: CompareSettings;
  readonly alignment: {
    readonly cases: number;
    readonly changed: readonly string[];
    readonly onlyBaseline: number;
    readonly onlyCandidate: number;
  };
  readonly tasks: readonly { readonly task: string; readonly difference: ScoreDifference }[];
  /** All cases of all tasks pooled. */
  readonly overall: ScoreDifference;
  /** Unweighted mean over tasks of the observed differences. */
  readonly meanOverTasks: number | undefined;
  readonly slices: readonly SliceDifference[];
  readonly metrics: readonly MetricDifference[];
  /** By task and scorer of labels; empty where no task has one. */
  readonly labels: readonly LabelComparison[];
  readonly decomposition: Decomposition | undefined;
  /** Worst loss first. */
  readonly flipped: readonly FlippedCase[];
  readonly repeats: { readonly baseline: RepeatFacts; readonly candidate: RepeatFacts };
  readonly warnings: readonly ComparisonWarning[];
}

const METRICS = METRIC_NAMES.filter((name): name is MeasuredMetric => name !== "score");

/** Compares two aligned sides by task, slice and overall. Pure: the same samples give the same comparison. */
export function compare(alignment: Alignment, settings: CompareSettings): Comparison {
  const { baseline, candidate, pairs } = alignment;
  const pairsByTask = byTask(pairs);
  const tasks = [...pairsByTask].map(([task, own]) => ({
    task,
    difference: scoreDifference(own, settings),
  }));
  const overall = tasks.length === 1 && tasks[0] ? tasks[0].difference : scoreDifference(pairs, settings);
  const estimates = tasks.flatMap(({ difference }) => difference.observed?.difference.estimate ?? []);
  return {
    baseline: { name: baseline.name, simulated: baseline.simulated },
    candidate: { name: candidate.name, simulated: candidate.simulated },
    settings,
    alignment: {
      cases: pairs.length,
      changed: alignment.changed,
      onlyBaseline: alignment.onlyBaseline,
      onlyCandidate: alignment.onlyCandidate,
    },
    tasks,
    overall,
    meanOverTasks: estimates.length === 0 ? undefined : average(estimates),
    slices: sliceDifferences(pairs, settings),
    metrics: METRICS.map((metric) => metricDifference(alignment, metric, settings.confidence)),
    labels: compareLabels(alignment, pairsByTask, settings.confidence),
    decomposition: decompose(alignment, pairs),
    flipped: flippedCases(pairs),
    repeats: { baseline: repeatFacts(baseline), candidate: repeatFacts(candidate) },
    warnings: comparisonWarnings(alignment, { overall, attempt: settings.attempt }),
  };
}

function byTask(pairs: readonly PairedCase[]): ReadonlyMap<string, readonly PairedCase[]> {
  const tasks = new Map<string, PairedCase[]>();
  for (const pair of pairs) {
    const own = tasks.get(pair.task);
    if (own === undefined) tasks.set(pair.task, [pair]);
    else own.push(pair);
  }
  return tasks;
}

function metricDifference(
  alignment: Alignment,
  metric: MeasuredMetric,
  confidence: number,
): MetricDifference {
  const { pairs } = alignment;
  const before = pairs.flatMap((pair) => pair.baselineIndex ?? []);
  const after = pairs.flatMap((pair) => pair.candidateIndex ?? []);
  const both = (level: number) => ({
    baseline: metricValue(metric, { side: alignment.baseline, cases: before, confidence: level }),
    candidate: metricValue(metric, { side: alignment.candidate, cases: after, confidence: level }),
  });
  const wide = both(1 - (1 - confidence) / 2);
  const ratio =
    metric === "cost"
      ? pairedCostRatio(alignment, pairs, confidence)
      : ratioOf(wide.candidate, wide.baseline);
  return { metric, ...both(confidence), ratio };
}

function flippedCases(pairs: readonly PairedCase[]): readonly FlippedCase[] {
  return pairs
    .filter((pair) => pair.baseline.scored > 0 && pair.candidate.scored > 0)
    .filter((pair) => pair.baseline.mean !== pair.candidate.mean)
    .map(({ task, id, baseline, candidate }) => ({
      task,
      id,
      baseline: baseline.mean,
      candidate: candidate.mean,
    }))
    .sort((left, right) => left.candidate - left.baseline - (right.candidate - right.baseline));
}

function repeatFacts({ samples, table }: Side): RepeatFacts {
  const none = { repeats: samples.repeats, noiseFloor: undefined, flaky: 0, passAll: undefined };
  if (samples.repeats < 2) return none;
  const counts: { correct: number; repeats: number }[] = [];
  for (let index = 0; index < table.cases.id.length; index++) {
    const scores = [...rowsOf(samples, index)]
      .map((row) => samples.score[row] ?? Number.NaN)
      .filter((score) => !Number.isNaN(score));
    if (scores.some((score) => score !== 0 && score !== 1)) return none;
    if (scores.length < 2) continue;
    counts.push({ correct: scores.filter((score) => score === 1).length, repeats: scores.length });
  }
  const whole = counts.filter(({ repeats }) => repeats === samples.repeats);
  return {
    repeats: samples.repeats,
    noiseFloor: noiseFloor(counts),
    flaky: flakyCases(counts).length,
    passAll:
      whole.length === 0
        ? undefined
        : average(whole.map(({ correct, repeats }) => passHatK(repeats, correct, repeats))),
  };
}
