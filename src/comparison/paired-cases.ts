import type { Clusters } from "../statistics/clusters.ts";
import { type NumberColumn, packedNumbers } from "../statistics/packed-numbers.ts";
import { rowsWhere } from "./case-rows.ts";
import { type CaseScore, caseScore, type Side } from "./case-scores.ts";
import { clusterName, type SliceKey } from "./case-table.ts";

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

/** Paired cases as two columns of row numbers: what a pair says is read from its tables when it is looked at. */
export interface PairedCases extends Iterable<PairedCase> {
  readonly length: number;
  readonly rows: PairRows;
  at(place: number): PairedCase | undefined;
  filter(is: (pair: PairedCase) => boolean): PairedCases;
  some(is: (pair: PairedCase) => boolean): boolean;
  every(is: (pair: PairedCase) => boolean): boolean;
  /** A number of each, packed. */
  numbers(of: (pair: PairedCase) => number): NumberColumn;
  /** Those at the given places, each once and in order. */
  pick(places: Uint32Array): PairedCases;
  /** The same cases with other scores in the place of their own. */
  scoredBy(scores: PairScores): PairedCases;
}

/** Place by place the row of each side's table, `NO_ROW` where it has none; one column where no two rows differ. */
export interface PairRows {
  readonly baseline: Uint32Array;
  readonly candidate: Uint32Array;
}

export const NO_ROW = 0xffffffff;

/** Where the scores of a case's answers are read, by row of a side's samples. */
export interface PairScores {
  readonly baseline: (row: number) => number;
  readonly candidate: (row: number) => number;
}

/** Both sides of the pairs, with other scores where theirs do not count. */
interface Source {
  readonly baseline: Side;
  readonly candidate: Side;
  readonly scores?: PairScores;
}

/** Pairs the given rows. */
export function pairedCases(source: Source, rows: PairRows): PairedCases {
  const { length } = rows.baseline;
  const pairAt = (place: number): PairedCase => new TablePair(source, rows, place);
  const placesWhere = (is: (pair: PairedCase) => boolean) => {
    const places = new Uint32Array(length);
    let kept = 0;
    for (let place = 0; place < length; place += 1) {
      if (!is(pairAt(place))) continue;
      places[kept] = place;
      kept += 1;
    }
    return places.subarray(0, kept);
  };
  const pick = (places: Uint32Array) =>
    places.length === length ? pairedCases(source, rows) : pairedCases(source, pickedRows(rows, places));
  const every = (is: (pair: PairedCase) => boolean) => {
    for (let place = 0; place < length; place += 1) if (!is(pairAt(place))) return false;
    return true;
  };
  return {
    length,
    rows,
    at: (place) => (place < length ? pairAt(place) : undefined),
    filter: (is) => pick(placesWhere(is)),
    some: (is) => !every((pair) => !is(pair)),
    every,
    numbers: (of) => {
      const column = packedNumbers();
      for (let place = 0; place < length; place += 1) column.push(of(pairAt(place)));
      return column;
    },
    pick,
    scoredBy: (scores) => pairedCases({ ...source, scores }, rows),
    *[Symbol.iterator]() {
      for (let place = 0; place < length; place += 1) yield pairAt(place);
    },
  };
}

function pickedRows({ baseline, candidate }: PairRows, places: Uint32Array): PairRows {
  const own = places.map((place) => baseline[place] ?? NO_ROW);
  const isOne = baseline === candidate;
  return { baseline: own, candidate: isOne ? own : places.map((place) => candidate[place] ?? NO_ROW) };
}

/** A pair that keeps nothing but its place: most are looked at for one number, and are gone at once. */
class TablePair implements PairedCase {
  readonly #source: Source;
  readonly #before: number;
  readonly #after: number;

  constructor(source: Source, rows: PairRows, place: number) {
    this.#source = source;
    this.#before = rows.baseline[place] ?? NO_ROW;
    this.#after = rows.candidate[place] ?? NO_ROW;
  }

  get #cases() {
    const { baseline, candidate } = this.#source;
    return (this.#before === NO_ROW ? candidate : baseline).table.cases;
  }

  get #row(): number {
    return this.#before === NO_ROW ? this.#after : this.#before;
  }

  get task(): string {
    return this.#cases.task.at(this.#row) ?? "";
  }

  get id(): string {
    return this.#cases.id.at(this.#row) ?? "";
  }

  get cluster(): string | undefined {
    return this.#cases.cluster.at(this.#row);
  }

  get slices(): readonly SliceKey[] {
    return this.#cases.slices.at(this.#row) ?? [];
  }

  get baselineIndex(): number | undefined {
    return this.#before === NO_ROW ? undefined : this.#before;
  }

  get candidateIndex(): number | undefined {
    return this.#after === NO_ROW ? undefined : this.#after;
  }

  get baseline(): CaseScore {
    const { baseline, scores } = this.#source;
    return caseScore(baseline.samples, this.baselineIndex, scores?.baseline);
  }

  get candidate(): CaseScore {
    const { candidate, scores } = this.#source;
    return caseScore(candidate.samples, this.candidateIndex, scores?.candidate);
  }
}

/** The pairs of each task: those of one stand together. */
export function pairsByTask(pairs: PairedCases): ReadonlyMap<string, PairedCases> {
  const counts = new Map<string, number>();
  for (const { task } of pairs) counts.set(task, (counts.get(task) ?? 0) + 1);
  let start = 0;
  const byTask = new Map<string, PairedCases>();
  for (const [task, count] of counts) {
    const first = start;
    byTask.set(task, pairs.pick(new Uint32Array(count).map((_, at) => first + at)));
    start += count;
  }
  return byTask;
}

/** Rows of the cases that both sides were asked, in each side's table. */
export function sharedRows(pairs: PairedCases): PairRows {
  const { rows } = pairs.filter(
    ({ baselineIndex, candidateIndex }) => baselineIndex !== undefined && candidateIndex !== undefined,
  );
  return rows;
}

/** Rows of the cases that one side was asked. */
export function askedRows({ rows }: PairedCases, side: keyof PairRows): Uint32Array {
  return rowsWhere(rows[side], (row) => row !== NO_ROW);
}

/** Cluster of each case, task by task; `undefined` where no case has one. */
export function clustersOf(pairs: PairedCases): Clusters | undefined {
  if (pairs.every(({ cluster }) => cluster === undefined)) return undefined;
  const nameOf = (pair: PairedCase | undefined) => clusterName(pair?.task, pair?.cluster);
  return { length: pairs.length, at: (place) => nameOf(pairs.at(place)) };
}
