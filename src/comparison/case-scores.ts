import type { Clusters } from "../statistics/clusters.ts";
import type { CaseTable, SampleColumns } from "./case-table.ts";
import { clusterName, outcomeAt } from "./case-table.ts";

/** One target of one run, named as the reports name it. */
export interface Side {
  readonly name: string;
  readonly table: CaseTable;
  readonly samples: SampleColumns;
  readonly simulated: boolean;
  /** Asked in batches: no time was measured. */
  readonly isBatched?: boolean | undefined;
  /** What the suite sent; `undefined` where it sent none. */
  readonly temperature?: number | undefined;
}

/** A case's score: on what was scored, and if all that is missing had been wrong, or right. NaN: nothing scored. */
export interface CaseScore {
  readonly mean: number;
  readonly lowest: number;
  readonly highest: number;
  /** Samples with a score. */
  readonly scored: number;
  /** Samples that failed, were skipped or could not be judged, and repeats that are not there. */
  readonly missing: number;
  readonly truncated: number;
  /** The lowest score of a sample that was not truncated; NaN where there is none. */
  readonly least: number;
}

/** The cluster of a side's case, as `clusterName` names it. */
export function clusterOf({ table: { cases } }: Side, index: number): string | undefined {
  const cluster = cases.cluster.at(index);
  return cluster === undefined ? undefined : clusterName(cases.task.at(index), cluster);
}

/** The clusters of a side's cases; `undefined` where each stands alone. */
export function clustersAt(side: Side, cases: Uint32Array): Clusters | undefined {
  const { cluster } = side.table.cases;
  if (cases.every((index) => cluster.at(index) === undefined)) return undefined;
  return { length: cases.length, at: (place) => clusterOf(side, cases[place] ?? -1) };
}

/** Rows of one case, in order of repeat; none for a case that this target was never asked. */
export function rowsOf({ order, starts }: SampleColumns, index: number): readonly number[] {
  const start = starts[index] ?? 0;
  const end = starts[index + 1] ?? 0;
  // A list that grows by `push` takes room for 17.
  if (end - start === 1) return [order[start] ?? 0];
  const rows: number[] = [];
  for (let at = start; at < end; at++) rows.push(order[at] ?? 0);
  return rows;
}

/**
 * Scores of one case. A truncated answer counts in the mean; for `lowest` and `highest` it counts as missing,
 * because our own limit cut it. Another column than the samples' own scores can be given.
 */
export function caseScore(
  samples: SampleColumns,
  index: number | undefined,
  scoreAt: (row: number) => number = (row) => samples.score.at(row),
): CaseScore {
  const rows = index === undefined ? [] : rowsOf(samples, index);
  const answers = rows.map((row) => ({
    score: scoreAt(row),
    isTruncated: outcomeAt(samples.outcome.at(row)) === "truncated",
  }));
  return scoreOfRepeats(answers, samples.repeats);
}

/** One answer of a case; a score of NaN is missing. */
export interface RepeatScore {
  readonly score: number;
  readonly isTruncated: boolean;
}

/** The score of a case that was to be asked `repeats` times. */
export function scoreOfRepeats(answers: readonly RepeatScore[], repeats: number): CaseScore {
  const [only] = answers;
  if (repeats === 1 && answers.length === 1 && only !== undefined && !only.isTruncated) {
    if (only.score === 0) return WRONG_ONCE;
    if (only.score === 1) return RIGHT_ONCE;
  }
  return summedScore(answers, repeats);
}

function summedScore(answers: readonly RepeatScore[], repeats: number): CaseScore {
  let scored = 0;
  let truncated = 0;
  let sum = 0;
  let firm = 0;
  let least = Number.NaN;
  for (const { score, isTruncated } of answers) {
    if (Number.isNaN(score)) continue;
    scored += 1;
    sum += score;
    if (isTruncated) {
      truncated += 1;
      continue;
    }
    firm += score;
    least = Number.isNaN(least) ? score : Math.min(least, score);
  }
  const asked = Math.max(repeats, 1);
  const missing = asked - scored;
  return {
    mean: scored === 0 ? Number.NaN : sum / scored,
    lowest: firm / asked,
    highest: (firm + missing + truncated) / asked,
    scored,
    missing,
    truncated,
    least,
  };
}

// Most cases of most runs: one object for all of them, where each would have its own seven numbers.
const [WRONG_ONCE, RIGHT_ONCE] = [onceScored(0), onceScored(1)];

function onceScored(score: 0 | 1): CaseScore {
  return summedScore([{ score, isTruncated: false }], 1);
}
