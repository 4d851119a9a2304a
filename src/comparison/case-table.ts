import { LATE_NOTE, OTHER_MODEL_NOTE, OUTCOME_KINDS, type OutcomeKind } from "../domain/outcome.ts";
import type { LabelReading, ScoredSample, ScoreFault } from "../domain/score.ts";
import { type NumberColumn, packedNumbers } from "../statistics/packed-numbers.ts";
import { caseIndex } from "./case-index.ts";
import { type Column, codedColumn } from "./columns.ts";
import { type GrowingLabels, type LabelColumns, noteLabels } from "./label-columns.ts";
import { type NamedRows, namedRows } from "./named-rows.ts";
import { type GrowingPieces, notePieces, type PieceColumns } from "./piece-columns.ts";
import { digestColumn, type TextColumn, textColumn } from "./text-column.ts";

/** A field (or `tags`) and one of its values. */
export interface SliceKey {
  readonly field: string;
  readonly value: string;
}

/** The cases that a stream named, as parallel columns. */
export interface CaseColumns {
  readonly task: Column<string>;
  readonly id: Omit<TextColumn, "push">;
  readonly hash: Column<string>;
  readonly cluster: Column<string | undefined>;
  readonly slices: Column<readonly SliceKey[]>;
}

/** One target's samples as parallel columns, grouped by case. NaN is unknown or missing, never zero. */
export interface SampleColumns {
  readonly caseIndex: NumberColumn;
  readonly repeat: NumberColumn;
  readonly outcome: NumberColumn;
  readonly fault: NumberColumn;
  readonly score: NumberColumn;
  readonly scoreIfFormatFixed: NumberColumn;
  readonly costUsd: NumberColumn;
  readonly latencyMs: NumberColumn;
  readonly firstTokenMs: NumberColumn;
  readonly generationMs: NumberColumn;
  readonly outputTokens: NumberColumn;
  readonly cached: NumberColumn;
  /** 1 where the latency may be too long: the process was busy when the answer came. */
  readonly timedLate: NumberColumn;
  /** 1 where the server says that another model answered than was asked. */
  readonly servedByOther: NumberColumn;
  readonly calls: NumberColumn;
  readonly labels: LabelColumns;
  readonly pieces: PieceColumns;
  /** Row numbers in order of case, then repeat. */
  readonly order: Uint32Array;
  /** `order` from `starts[case]` up to `starts[case + 1]` are the rows of a case. */
  readonly starts: Uint32Array;
  /** The most repeats that any case has: a case with fewer has the rest missing. */
  readonly repeats: number;
  readonly firstAt: string;
  readonly lastAt: string;
}

/** A run's scored samples in one compact table. */
export interface CaseTable {
  readonly cases: CaseColumns;
  /** The order that sums are made in, so that the same samples give the same bytes. */
  readonly byName: NamedRows;
  readonly targets: ReadonlyMap<string, SampleColumns>;
}

const FAULTS: readonly ScoreFault[] = ["none", "wrong", "format"];

/** One text for a task and an id of its. */
export function caseKey(task: string, id: string): string {
  return `${task}\u0000${id}`;
}

/** The cluster of a case, apart from clusters of that name in other tasks; `undefined` for a case in none. */
export function clusterName(task: string | undefined, cluster: string | undefined): string | undefined {
  return cluster === undefined ? undefined : `${task}\u0000${cluster}`;
}

/** The kind of outcome that a column's number stands for. */
export function outcomeAt(code: number | undefined): OutcomeKind {
  const kind = OUTCOME_KINDS[code ?? -1];
  if (kind === undefined) throw new RangeError(`no outcome ${code}`);
  return kind;
}

/** The kind of score fault that a column's number stands for. */
export function faultAt(code: number | undefined): ScoreFault {
  const fault = FAULTS[code ?? -1];
  if (fault === undefined) throw new RangeError(`no fault ${code}`);
  return fault;
}

/**
 * Reads a run's scored samples once and keeps only numbers, ids and slices (about 40 bytes a sample and 50 a case).
 * The order of the stream does not matter. Throws for the same (task, case, target, repeat) twice: a bug.
 */
export async function caseTable(
  samples: AsyncIterable<ScoredSample> | Iterable<ScoredSample>,
): Promise<CaseTable> {
  const building = startCaseTable();
  for await (const sample of samples) building.add(sample);
  return building.table();
}

/** The same of samples that are there already. */
export function caseTableOf(samples: Iterable<ScoredSample>): CaseTable {
  const building = startCaseTable();
  for (const sample of samples) building.add(sample);
  return building.table();
}

/** The same of samples that are given one after the other. */
export function startCaseTable(): { add(sample: ScoredSample): void; table(): CaseTable } {
  const building = newTable();
  return { add: (sample) => addSample(building, sample), table: () => finished(building) };
}

function finished(building: Building): CaseTable {
  const targets = [...building.targets].map(
    ([name, columns]) => [name, grouped(name, columns, building.cases)] as const,
  );
  return { cases: building.cases, byName: namedRows(building.cases), targets: new Map(targets) };
}

function newColumns() {
  return {
    caseIndex: packedNumbers(),
    repeat: packedNumbers(),
    outcome: packedNumbers(),
    fault: packedNumbers(),
    score: packedNumbers(),
    scoreIfFormatFixed: packedNumbers(),
    costUsd: packedNumbers(),
    latencyMs: packedNumbers(),
    firstTokenMs: packedNumbers(),
    generationMs: packedNumbers(),
    outputTokens: packedNumbers(),
    cached: packedNumbers(),
    timedLate: packedNumbers(),
    servedByOther: packedNumbers(),
    calls: packedNumbers(),
    labels: new Map() as GrowingLabels,
    pieces: new Map() as GrowingPieces,
    firstAt: "",
    lastAt: "",
  };
}

type Growing = ReturnType<typeof newColumns>;

function newTable() {
  const cases = {
    task: codedColumn<string>(),
    id: textColumn(),
    hash: digestColumn(),
    cluster: codedColumn<string | undefined>(),
    slices: codedColumn<readonly SliceKey[]>(),
  };
  return {
    cases,
    indexOf: caseIndex(cases),
    targets: new Map<string, Growing>(),
    interned: new Map<string, readonly SliceKey[]>(),
    readings: new Map<string, LabelReading>(),
  };
}

type Building = ReturnType<typeof newTable>;

function addSample(building: Building, sample: ScoredSample): void {
  let columns = building.targets.get(sample.target);
  if (columns === undefined) {
    columns = newColumns();
    building.targets.set(sample.target, columns);
  }
  noteLabels(columns.labels, building.readings, { sample, row: columns.repeat.length });
  notePieces(columns.pieces, sample, columns.repeat.length);
  columns.caseIndex.push(indexOfCase(building, sample));
  columns.repeat.push(sample.repeat);
  columns.outcome.push(OUTCOME_KINDS.indexOf(sample.outcome));
  columns.fault.push(FAULTS.indexOf(sample.fault));
  columns.score.push(sample.score ?? Number.NaN);
  columns.scoreIfFormatFixed.push(sample.scoreIfFormatFixed ?? Number.NaN);
  columns.costUsd.push(sample.costUsd ?? Number.NaN);
  columns.latencyMs.push(sample.latencyMs ?? Number.NaN);
  columns.firstTokenMs.push(sample.firstTokenMs ?? Number.NaN);
  columns.generationMs.push(sample.generationMs ?? Number.NaN);
  columns.outputTokens.push(sample.outputTokens ?? Number.NaN);
  columns.cached.push(sample.cached ? 1 : 0);
  columns.timedLate.push(!sample.cached && sample.notes.includes(LATE_NOTE) ? 1 : 0);
  columns.servedByOther.push(sample.notes.includes(OTHER_MODEL_NOTE) ? 1 : 0);
  columns.calls.push(sample.calls ?? Number.NaN);
  if (columns.firstAt === "" || sample.at < columns.firstAt) columns.firstAt = sample.at;
  if (sample.at > columns.lastAt) columns.lastAt = sample.at;
}

function indexOfCase(building: Building, sample: ScoredSample): number {
  const { cases, indexOf } = building;
  const known = indexOf.find(sample.task, sample.caseId);
  if (known !== undefined) return known;
  const index = cases.id.length;
  cases.task.push(sample.task);
  cases.id.push(sample.caseId);
  cases.hash.push(sample.caseHash);
  cases.cluster.push(sample.cluster ?? undefined);
  cases.slices.push(internedSlices(building, sample));
  indexOf.add(sample.task, sample.caseId);
  return index;
}

function internedSlices(building: Building, sample: ScoredSample): readonly SliceKey[] {
  const key = JSON.stringify([sample.tags, sample.slices]);
  const known = building.interned.get(key);
  if (known !== undefined) return known;
  const tags = [...new Set(sample.tags)].map((value) => ({ field: "tags", value }));
  const fields = Object.entries(sample.slices)
    .filter(([field]) => field !== "tags")
    .map(([field, value]) => ({ field, value }));
  const slices = [...tags, ...fields];
  building.interned.set(key, slices);
  return slices;
}

/** Counting sort of the rows by case; rows of one case by repeat. */
function grouped(target: string, columns: Growing, cases: CaseColumns): SampleColumns {
  const { caseIndex, repeat } = columns;
  const starts = new Uint32Array(cases.id.length + 1);
  for (let row = 0; row < caseIndex.length; row++) {
    const index = caseIndex.at(row);
    starts[index + 1] = (starts[index + 1] ?? 0) + 1;
  }
  let repeats = 0;
  for (let index = 1; index < starts.length; index++) {
    repeats = Math.max(repeats, starts[index] ?? 0);
    starts[index] = (starts[index] ?? 0) + (starts[index - 1] ?? 0);
  }
  const next = starts.slice();
  const order = new Uint32Array(caseIndex.length);
  for (let row = 0; row < order.length; row++) {
    const index = caseIndex.at(row);
    const at = next[index] ?? 0;
    order[at] = row;
    next[index] = at + 1;
  }
  const byRepeat = (left: number, right: number) => repeat.at(left) - repeat.at(right);
  for (let index = 0; index < cases.id.length; index++) {
    const rows = order.subarray(starts[index], starts[index + 1]);
    if (rows.length > 1) rows.sort(byRepeat);
    for (let at = 1; at < rows.length; at++) {
      if (repeat.at(rows[at] ?? 0) === repeat.at(rows[at - 1] ?? 0)) {
        const id = `${cases.task.at(index)}, ${cases.id.at(index)}, ${target}`;
        throw new Error(`two samples of ${id} and one repeat`);
      }
    }
  }
  return { ...columns, order, starts, repeats };
}
