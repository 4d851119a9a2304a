import type { Estimate } from "../statistics/interval.ts";
import { f1Difference, type LabelFit } from "../statistics/label-f1.ts";
import type { Alignment, PairedCase } from "./align.ts";
import {
  fitReadings,
  type LabelFacts,
  labelFacts,
  labelNames,
  type NamedFit,
  type ReadCases,
  readCases,
} from "./label-facts.ts";

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
  tasks: ReadonlyMap<string, readonly PairedCase[]>,
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
  readonly pairs: readonly PairedCase[];
  readonly scorer: string;
  readonly confidence: number;
}

function compareTask({ baseline, candidate }: Alignment, { pairs, scorer, confidence }: TaskLabels) {
  const both = pairs.flatMap(({ baselineIndex, candidateIndex }) => {
    if (baselineIndex === undefined || candidateIndex === undefined) return [];
    const before = readCases(baseline, scorer, [baselineIndex]);
    const after = readCases(candidate, scorer, [candidateIndex]);
    return before.readings.length > 0 && after.readings.length > 0 ? [{ before, after }] : [];
  });
  if (both.length === 0) return undefined;
  const indexes = (side: "baselineIndex" | "candidateIndex") => pairs.flatMap((pair) => pair[side] ?? []);
  const before = {
    ...joined(both.map((pair) => pair.before)),
    missing: readCases(baseline, scorer, indexes("baselineIndex")).missing,
  };
  const after = {
    ...joined(both.map((pair) => pair.after)),
    missing: readCases(candidate, scorer, indexes("candidateIndex")).missing,
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

function joined(cases: readonly ReadCases[]): Omit<ReadCases, "missing"> {
  const clusters = cases.map((one) => one.clusters?.[0]);
  return {
    readings: cases.flatMap((one) => one.readings),
    clusters: clusters.some((one) => one !== undefined) ? clusters : undefined,
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
