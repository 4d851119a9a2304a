import { type CaseScore, caseScore, type Side } from "./case-scores.ts";
import type { SliceKey } from "./case-table.ts";

/** One case with both sides' scores. */
export interface PairedCase {
  readonly task: string;
  readonly id: string;
  readonly cluster: string | undefined;
  readonly slices: readonly SliceKey[];
  /** Row of the case in each side's table; `undefined` where that side never saw it. */
  readonly baselineIndex: number | undefined;
  readonly candidateIndex: number | undefined;
  readonly baseline: CaseScore;
  readonly candidate: CaseScore;
}

/** Baseline and candidate on the same cases, with everything that could not be paired counted. */
export interface Alignment {
  readonly baseline: Side;
  readonly candidate: Side;
  /** Every case that either side has, but those whose content changed. */
  readonly pairs: readonly PairedCase[];
  /** Ids of cases whose content differs between the runs: not comparable. */
  readonly changed: readonly string[];
  /** Never asked of the other side. */
  readonly onlyBaseline: number;
  readonly onlyCandidate: number;
}

/**
 * Aligns two sides by task, case id and case hash. Within one run the tables are the same one. A case that one
 * side lacks stays in `pairs` with nothing scored, so that it is missing and not forgotten.
 */
export function align(baseline: Side, candidate: Side): Alignment {
  const pairs: PairedCase[] = [];
  const changed: string[] = [];
  let onlyBaseline = 0;
  let onlyCandidate = 0;
  const before = baseline.table.cases;
  const after = candidate.table.cases;
  const isOneTable = candidate.table === baseline.table;
  for (let index = 0; index < before.id.length; index++) {
    const other = isOneTable
      ? index
      : candidate.table.indexOf.find(before.task.at(index) ?? "", before.id.at(index) ?? "");
    if (!isOneTable && other !== undefined && after.hash.at(other) !== before.hash.at(index)) {
      changed.push(before.id.at(index) ?? "");
      continue;
    }
    const pair = paired({ baseline, candidate, baselineIndex: index, candidateIndex: other });
    if (pair === undefined) continue;
    if (pair.candidateIndex === undefined) onlyBaseline += 1;
    if (pair.baselineIndex === undefined) onlyCandidate += 1;
    pairs.push(pair);
  }
  if (!isOneTable) {
    for (let index = 0; index < after.id.length; index++) {
      if (baseline.table.indexOf.find(after.task.at(index) ?? "", after.id.at(index) ?? "") !== undefined)
        continue;
      const pair = paired({ baseline, candidate, baselineIndex: undefined, candidateIndex: index });
      if (pair === undefined) continue;
      onlyCandidate += 1;
      pairs.push(pair);
    }
  }
  pairs.sort((left, right) => order(left.task, right.task) || order(left.id, right.id));
  changed.sort();
  return { baseline, candidate, pairs, changed, onlyBaseline, onlyCandidate };
}

/** Rows of the cases that both sides were asked, in each side's table. */
export function sharedRows(pairs: readonly PairedCase[]): {
  readonly baseline: readonly number[];
  readonly candidate: readonly number[];
} {
  const baseline: number[] = [];
  const candidate: number[] = [];
  for (const { baselineIndex, candidateIndex } of pairs) {
    if (baselineIndex === undefined || candidateIndex === undefined) continue;
    baseline.push(baselineIndex);
    candidate.push(candidateIndex);
  }
  return { baseline, candidate };
}

interface Found {
  readonly baseline: Side;
  readonly candidate: Side;
  readonly baselineIndex: number | undefined;
  readonly candidateIndex: number | undefined;
}

/** `undefined` where neither target was asked: another target's case. */
function paired(found: Found): PairedCase | undefined {
  const baselineIndex = asked(found.baseline, found.baselineIndex);
  const candidateIndex = asked(found.candidate, found.candidateIndex);
  if (baselineIndex === undefined && candidateIndex === undefined) return undefined;
  const { cases } = baselineIndex === undefined ? found.candidate.table : found.baseline.table;
  const index = baselineIndex ?? candidateIndex ?? -1;
  return {
    task: cases.task.at(index) ?? "",
    id: cases.id.at(index) ?? "",
    cluster: cases.cluster.at(index),
    slices: cases.slices.at(index) ?? [],
    baselineIndex,
    candidateIndex,
    baseline: caseScore(found.baseline.samples, baselineIndex),
    candidate: caseScore(found.candidate.samples, candidateIndex),
  };
}

function asked(side: Side, index: number | undefined): number | undefined {
  if (index === undefined) return undefined;
  return side.samples.starts[index] === side.samples.starts[index + 1] ? undefined : index;
}

function order(left: string, right: string): number {
  return left < right ? -1 : left > right ? 1 : 0;
}
