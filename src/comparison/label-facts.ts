import type { LabelReading } from "../domain/score.ts";
import type { Clusters } from "../statistics/clusters.ts";
import type { Estimate } from "../statistics/interval.ts";
import { f1Estimate, f1Of, fitLabels, type LabelFit, type LabelledAnswer } from "../statistics/label-f1.ts";
import { rowsWhere } from "./case-rows.ts";
import { clustersAt, rowsOf, type Side } from "./case-scores.ts";

/** What a model made of one label. */
export interface LabelScore {
  readonly label: string;
  /** Samples whose case expects it. */
  readonly expected: number;
  /** Samples that named it. */
  readonly named: number;
  readonly right: number;
  /** `undefined` where it was never named. */
  readonly precision: number | undefined;
  /** `undefined` where it was never expected. */
  readonly recall: number | undefined;
  readonly f1: number;
}

/** Counts of samples: a row for each expected label, a column for each that was named. */
export interface Confusion {
  readonly labels: readonly string[];
  readonly counts: readonly (readonly number[])[];
  /** By expected label: samples that gave no label (unreadable, several, refused, empty). */
  readonly none: readonly number[];
}

/** What a model made of the labels of a task. */
export interface LabelFacts {
  readonly cases: number;
  readonly samples: number;
  /** Samples of the task without a reading: failed, skipped or not scored. */
  readonly missing: number;
  /** Mean F1 over the labels that the cases expect, each weighing the same; `undefined` where none is expected. */
  readonly macroF1: Estimate | undefined;
  /** F1 of all labels counted together. */
  readonly microF1: Estimate | undefined;
  readonly labels: readonly LabelScore[];
  /** `undefined` where a case can have several labels. */
  readonly confusion: Confusion | undefined;
}

/** What scorers of labels read of some cases. */
export interface ReadCases {
  /** Per case, the readings of its repeats: at least one. */
  readonly readings: readonly (readonly LabelReading[])[];
  readonly clusters: Clusters | undefined;
  readonly missing: number;
}

/** The readings of one scorer over the given cases of one side; cases without any are left out. */
export function readCases(side: Side, scorer: string, cases: Uint32Array): ReadCases {
  const readings: (readonly LabelReading[])[] = [];
  let missing = 0;
  const read = rowsWhere(cases, (index) => {
    const own = readingsOf(side, scorer, index);
    missing += rowsOf(side.samples, index).length - own.length;
    if (own.length > 0) readings.push(own);
    return own.length > 0;
  });
  return { readings, clusters: clustersAt(side, read), missing };
}

/** The readings of one scorer of the answers to a case. */
export function readingsOf(
  { samples }: Side,
  scorer: string,
  index: number | undefined,
): readonly LabelReading[] {
  const column = samples.labels.get(scorer);
  if (index === undefined || column === undefined) return [];
  return rowsOf(samples, index).flatMap((row) => column.at(row) ?? []);
}

/** A fit with the labels' names, in order. */
export interface NamedFit extends LabelFit {
  readonly names: readonly string[];
}

/** A fit with the answers that it was made of, label by number. */
export interface FittedReadings extends NamedFit {
  readonly answers: readonly (readonly LabelledAnswer[])[];
}

/** What answers that are all right would have been read as. */
export function rightReadings(readings: readonly LabelReading[]): readonly LabelReading[] {
  return readings.map((reading) => ({ expected: reading.expected, found: expectedOf(reading) }));
}

/** Counts what was read; `names` holds every label of the readings. */
export function fitReadings(readings: ReadCases["readings"], names: readonly string[]): FittedReadings {
  const numbers = new Map(names.map((name, at) => [name, at]));
  const numbered = (labels: readonly string[]) => [
    ...new Set(labels.map((label) => numbers.get(label) ?? -1)),
  ];
  const answers = new Map<LabelReading, LabelledAnswer>();
  const answerOf = (reading: LabelReading): LabelledAnswer => {
    const known = answers.get(reading);
    if (known !== undefined) return known;
    const answer = { expected: numbered(expectedOf(reading)), found: numbered(reading.found) };
    answers.set(reading, answer);
    return answer;
  };
  const numberedAnswers = readings.map((own) => own.map(answerOf));
  return { ...fitLabels(numberedAnswers, names.length), names, answers: numberedAnswers };
}

/** Every label that is expected or named, in the order of names. */
export function labelNames(readings: ReadCases["readings"]): readonly string[] {
  const distinct = new Set(readings.flat());
  return [
    ...new Set([...distinct].flatMap((reading) => [...expectedOf(reading), ...reading.found])),
  ].toSorted();
}

/** The facts of one side, `confidence` two-sided. */
export function labelFacts(read: ReadCases, fit: NamedFit, confidence: number): LabelFacts {
  const { readings, clusters, missing } = read;
  const labels = fit.names.map((label, at) => labelScore(label, fit.counts[at] ?? NOTHING));
  const wanted = labels.filter(({ expected }) => expected > 0);
  const scarcest = Math.min(...wanted.map(({ expected }) => expected));
  const estimate = (own: LabelFit["macro"]) =>
    own === undefined ? undefined : f1Estimate(own, { clusters, confidence, scarcest });
  return {
    cases: readings.length,
    samples: readings.reduce((sum, own) => sum + own.length, 0),
    missing,
    macroF1: estimate(fit.macro),
    microF1: estimate(fit.micro),
    labels,
    confusion: confusionOf(readings, fit.names),
  };
}

const NOTHING = { right: 0, extra: 0, missed: 0 };

function labelScore(label: string, counts: LabelFit["counts"][number]): LabelScore {
  const { right, extra, missed } = counts;
  const share = (whole: number) => (whole === 0 ? undefined : right / whole);
  const [expected, named] = [right + missed, right + extra];
  return {
    label,
    expected,
    named,
    right,
    precision: share(named),
    recall: share(expected),
    f1: f1Of(counts),
  };
}

function confusionOf(readings: ReadCases["readings"], names: readonly string[]): Confusion | undefined {
  const number = new Map(names.map((name, at) => [name, at]));
  const counts = names.map(() => names.map(() => 0));
  const none = names.map(() => 0);
  for (const { expected, found } of readings.flat()) {
    if (typeof expected !== "string") return undefined;
    const row = number.get(expected) ?? -1;
    const [named] = found;
    if (named === undefined) none[row] = (none[row] ?? 0) + 1;
    else {
      const cells = counts[row];
      const column = number.get(named) ?? -1;
      if (cells !== undefined) cells[column] = (cells[column] ?? 0) + 1;
    }
  }
  return { labels: names, counts, none };
}

function expectedOf({ expected }: LabelReading): readonly string[] {
  return typeof expected === "string" ? [expected] : expected;
}
