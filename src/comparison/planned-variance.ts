import { cr2 } from "../statistics/clustered-mean.ts";
import type { Clusters } from "../statistics/clusters.ts";
import { average, type Numbers, numbersOf } from "../statistics/numbers.ts";
import { varianceWithRepeats } from "../statistics/power.ts";
import { clopperPearsonUpper } from "../statistics/proportion.ts";
import { type CaseRepeats, type VarianceParts, varianceParts } from "../statistics/variance.ts";
import type { Alignment } from "./align.ts";
import { rowsOf, type Side } from "./case-scores.ts";
import { clustersOf, NO_ROW, type PairedCases } from "./paired-cases.ts";

/** How often each side of a planned comparison is asked. */
export interface PlannedRepeats {
  readonly baseline: number;
  readonly candidate: number;
}

/** What answers that are there say about how much two models will differ. */
export interface PilotVariance {
  readonly pairs: number;
  /** Mean squared difference of one case: for right-or-wrong answers, the share of cases that differ. */
  readonly observed: number;
  /** Added for how little a small pilot tells: its one-sided 80 % bound instead of its estimate (Browne 1995). */
  readonly caution: number;
  /** How much more uncertain cases of a cluster are than independent ones; 1 without clusters. */
  readonly designEffect: number;
  /** Some score was neither 0 nor 1. */
  readonly graded: boolean;
  /** `undefined` where the pilot has other repeats than are planned and too few to tell what they would change. */
  readonly parts: VarianceParts;
  readonly difference: number;
  readonly repeats: PlannedRepeats;
}

const PILOT_CONFIDENCE = 0.8;

/** The variance of a pilot's paired cases; `undefined` where fewer than two were scored on both sides. */
export function pilotVariance(
  { baseline, candidate }: Alignment,
  pairs: PairedCases,
): PilotVariance | undefined {
  const both = pairs.filter((pair) => pair.baseline.scored > 0 && pair.candidate.scored > 0);
  if (both.length < 2) return undefined;
  const scores = {
    baseline: repeatsOf(baseline, both.rows.baseline),
    candidate: repeatsOf(candidate, both.rows.candidate),
  };
  const differences = both.numbers((pair) => pair.candidate.mean - pair.baseline.mean);
  const observed = average(numbersOf(both.length, (at) => differences.at(at) * differences.at(at)));
  const parts = varianceParts(scores);
  const n = both.length;
  return {
    pairs: n,
    observed,
    // A mean of squares in [0, 1] varies no more than a share does.
    caution: clopperPearsonUpper(Math.min(n, observed * n), n, PILOT_CONFIDENCE) - observed,
    designEffect: designEffect(differences, clustersOf(both), parts.total),
    graded: isGraded(scores.baseline) || isGraded(scores.candidate),
    parts,
    difference: average(differences),
    repeats: { baseline: baseline.samples.repeats, candidate: candidate.samples.repeats },
  };
}

/** The mean squared difference to plan with when each side is asked so many times. */
export function plannedVariance(pilot: PilotVariance, repeats: PlannedRepeats): number {
  const variance = isAsPiloted(pilot, repeats) ? undefined : varianceWithRepeats(pilot.parts, repeats);
  const square = variance === undefined ? pilot.observed : variance + pilot.difference ** 2;
  return Math.min(1, square + pilot.caution) * pilot.designEffect;
}

/** Whether a pilot tells what so many repeats would do: it has as many itself, or repeats to go by. */
export function tellsRepeats(pilot: PilotVariance, repeats: PlannedRepeats): boolean {
  return isAsPiloted(pilot, repeats) || varianceWithRepeats(pilot.parts, repeats) !== undefined;
}

function isAsPiloted(pilot: PilotVariance, repeats: PlannedRepeats): boolean {
  return pilot.repeats.baseline === repeats.baseline && pilot.repeats.candidate === repeats.candidate;
}

/** The scores of each case's repeats. */
function repeatsOf({ samples }: Side, cases: Uint32Array): CaseRepeats {
  const scoresOf = (index: number) =>
    rowsOf(samples, index)
      .map((row) => samples.score.at(row))
      .filter((score) => !Number.isNaN(score));
  return { length: cases.length, at: (place) => scoresOf(cases[place] ?? NO_ROW) };
}

function isGraded(cases: CaseRepeats): boolean {
  for (let place = 0; place < cases.length; place += 1)
    if (cases.at(place)?.some((score) => score !== 0 && score !== 1)) return true;
  return false;
}

function designEffect(values: Numbers, clusters: Clusters | undefined, variance: number): number {
  if (clusters === undefined || variance === 0) return 1;
  const fit = cr2({ values, clusters });
  return fit === undefined ? 1 : Math.max(1, (values.length * fit.se ** 2) / variance);
}
