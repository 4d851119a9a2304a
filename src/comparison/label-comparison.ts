import type { Estimate } from "../statistics/interval.ts";
import { f1Difference, type LabelFit } from "../statistics/label-f1.ts";
import type { Alignment } from "./align.ts";
import {
  fitReadings,
  type LabelFacts,
  labelFacts,
  labelNames,
  type NamedFit,
  type ReadCases,
  readCases,
  readingsOf,
} from "./label-facts.ts";
import { askedRows, type PairedCases } from "./paired-cases.ts";

/** An F1 of both sides on the cases that both were read on, and the paired difference. */
export interface F1Comparison {
  readonly baseline: Estimate;
  readonly candidate: Estimate;
  /** Candidate less baseline. */
  readonly difference: Estimate;
}

/** What two models made of the labels of a task. */
export interface LabelComparison {
  readonly task: string;
  /** Its name in the suite. */
  readonly scorer: string;
  /** Cases that were read on both sides: all that follows is of them. */
  readonly cases: number;
  readonly macroF1: F1Comparison | undefined;
  readonly microF1: F1Comparison | undefined;
  readonly baseline: LabelFacts;
  readonly candidate: LabelFacts;
}

/** The labels of every task that has a scorer of labels; `confidence` is two-sided. */
export function compareLabels(
  alignment: Alignment,
  tasks: ReadonlyMap<string, PairedCases>,
  confidence: number,
): readonly LabelComparison[] {
  const { baseline, candidate } = alignment;
  const scorers = [...baseline.samples.labels.keys()].filter((name) => candidate.samples.labels.has(name));
  return [...tasks].flatMap(([task, pairs]) =>
    scorers.toSorted().flatMap((scorer) => {
      const compared = compareTask(alignment, { pairs, scorer, confidence });
      return compared === undefined ? [] : [{ task, scorer, ...compared }];
    }),
  );
}

interface TaskLabels {
  readonly pairs: PairedCases;
  readonly scorer: string;
  readonly confidence: number;
}

function compareTask({ baseline, candidate }: Alignment, { pairs, scorer, confidence }: TaskLabels) {
  const both = pairs.filter(
    ({ baselineIndex, candidateIndex }) =>
      readingsOf(baseline, scorer, baselineIndex).length > 0 &&
      readingsOf(candidate, scorer, candidateIndex).length > 0,
  );
  if (both.length === 0) return undefined;
  const before = {
    ...readCases(baseline, scorer, both.rows.baseline),
    missing: readCases(baseline, scorer, askedRows(pairs, "baseline")).missing,
  };
  const after = {
    ...readCases(candidate, scorer, both.rows.candidate),
    missing: readCases(candidate, scorer, askedRows(pairs, "candidate")).missing,
  };
  const names = labelNames([...before.readings, ...after.readings]);
  const fits = { before: fitReadings(before.readings, names), after: fitReadings(after.readings, names) };
  const sides = {
    baseline: labelFacts(before, fits.before, confidence),
    candidate: labelFacts(after, fits.after, confidence),
  };
  const { clusters } = before;
  return {
    cases: both.length,
    macroF1: f1Comparison("macro", { fits, sides, clusters, confidence }),
    microF1: f1Comparison("micro", { fits, sides, clusters, confidence }),
    ...sides,
  };
}

interface Fitted {
  readonly fits: { readonly before: NamedFit; readonly after: NamedFit };
  readonly sides: { readonly baseline: LabelFacts; readonly candidate: LabelFacts };
  readonly clusters: ReadCases["clusters"];
  readonly confidence: number;
}

function f1Comparison(
  kind: keyof Pick<LabelFit, "macro" | "micro">,
  { fits, sides, clusters, confidence }: Fitted,
): F1Comparison | undefined {
  const of = kind === "macro" ? "macroF1" : "microF1";
  const [baseline, candidate] = [sides.baseline[of], sides.candidate[of]];
  const [before, after] = [fits.before[kind], fits.after[kind]];
  if (baseline === undefined || candidate === undefined || before === undefined || after === undefined)
    return undefined;
  return { baseline, candidate, difference: f1Difference(before, after, { clusters, confidence }) };
}
