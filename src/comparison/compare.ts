import type { GatePolicy } from "../domain/suite.ts";
import { average } from "../statistics/numbers.ts";
import type { VarianceParts } from "../statistics/variance.ts";
import type { Alignment } from "./align.ts";
import type { CaseScore } from "./case-scores.ts";
import { type Decomposition, decompose } from "./decomposition.ts";
import { compareLabels, type LabelComparison } from "./label-comparison.ts";
import {
  type MetricDifference,
  metricDifferences,
  type PairedTime,
  pairedTimes,
} from "./metric-difference.ts";
import { type PairedCases, pairsByTask } from "./paired-cases.ts";
import type { PairwiseFacts } from "./pairwise.ts";
import { pilotVariance } from "./planned-variance.ts";
import { type RepeatFacts, repeatFacts } from "./repeat-facts.ts";
import { type ScoreDifference, scoreDifference } from "./score-difference.ts";
import { type SliceDifference, sliceDifferences } from "./slice-differences.ts";
import { marginOfTask, type StatedMargins } from "./stated-margins.ts";
import { compareSubScores, type SubScoreComparison } from "./sub-scores.ts";
import { type ComparisonWarning, comparisonWarnings } from "./warnings.ts";

/** How a comparison is made. */
export interface CompareSettings {
  /** One-sided for bounds, two-sided for intervals that are shown. */
  readonly confidence: number;
  /** Of every task that has none of its own, and of all cases together. */
  readonly margin: number | undefined;
  /** Of tasks that have their own. */
  readonly taskMargins?: StatedMargins["taskMargins"] | undefined;
  readonly missing: GatePolicy["missing"];
  /** Which run of this suite on this machine. */
  readonly attempt: number;
}

/** A case on which the models differ. */
export interface FlippedCase {
  readonly task: string;
  readonly id: string;
  readonly baseline: number;
  readonly candidate: number;
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
  /** Case by case, where both sides were timed. */
  readonly times: readonly PairedTime[];
  /** Scorers of tasks that have several, and named parts of scorers. */
  readonly subScores: readonly SubScoreComparison[];
  readonly decomposition: Decomposition | undefined;
  /** Worst loss first. */
  readonly flipped: readonly FlippedCase[];
  readonly repeats: { readonly baseline: RepeatFacts; readonly candidate: RepeatFacts };
  /** Where the variance of the difference comes from; `undefined` for fewer than two cases. */
  readonly variance: VarianceParts | undefined;
  /** What judges said of both answers side by side; absent where none was asked. */
  readonly pairwise?: readonly PairwiseFacts[] | undefined;
  readonly warnings: readonly ComparisonWarning[];
}

/** What is known of how the scores came to be. */
export interface AboutScores {
  readonly warnings: readonly ComparisonWarning[];
  readonly pairwise: readonly PairwiseFacts[];
}

const NOTHING: AboutScores = { warnings: [], pairwise: [] };

/** Compares two aligned sides by task, slice and overall. Pure: the same samples give the same comparison. */
export function compare(
  alignment: Alignment,
  settings: CompareSettings,
  about: AboutScores = NOTHING,
): Comparison {
  const { baseline, candidate, pairs } = alignment;
  const byTask = pairsByTask(pairs);
  const tasks = [...byTask].map(([task, own]) => ({
    task,
    difference: scoreDifference(own, { ...settings, margin: marginOfTask(settings, task) }),
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
    labels: compareLabels(alignment, byTask, settings.confidence),
    metrics: metricDifferences(alignment, settings.confidence),
    times: pairedTimes(alignment, settings.confidence),
    decomposition: decompose(alignment, { pairs, missing: settings.missing }),
    subScores: compareSubScores(alignment, byTask, settings.confidence),
    flipped: flippedCases(pairs),
    repeats: {
      baseline: repeatFacts(baseline, settings.confidence),
      candidate: repeatFacts(candidate, settings.confidence),
    },
    variance: pilotVariance(alignment, pairs)?.parts,
    ...(about.pairwise.length > 0 ? { pairwise: about.pairwise } : {}),
    warnings: [...about.warnings, ...comparisonWarnings(alignment, { overall, attempt: settings.attempt })],
  };
}

function flippedCases(pairs: PairedCases): readonly FlippedCase[] {
  const isFlipped = (before: CaseScore, after: CaseScore) =>
    before.scored > 0 && after.scored > 0 && before.mean !== after.mean;
  const flipped = pairs.filter(({ baseline, candidate }) => isFlipped(baseline, candidate));
  return Array.from(flipped, ({ task, id, baseline, candidate }) => ({
    task,
    id,
    baseline: baseline.mean,
    candidate: candidate.mean,
  })).sort((left, right) => left.candidate - left.baseline - (right.candidate - right.baseline));
}
