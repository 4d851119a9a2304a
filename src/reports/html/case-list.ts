import { rowsOf } from "../../comparison/case-scores.ts";
import type { CaseTable, SampleColumns } from "../../comparison/case-table.ts";
import type { Column } from "../../comparison/columns.ts";
import type { Case } from "../../domain/dataset.ts";
import { OUTCOME_KINDS } from "../../domain/outcome.ts";
import type { SampleId } from "../../domain/sample.ts";
import type { CaseList, ListedModel } from "./case-data.ts";

/** Models of one run, with the names that the explorer gives them. */
export interface Source {
  readonly table: CaseTable;
  readonly models: readonly { readonly target: string; readonly name: string }[];
}

/** A list whose answers and judgements get their places while the runs are read. */
export interface ListBuilder {
  /** True where the models do not agree on the case, or not all of them gave a scored answer: worth its room. */
  isTelling(id: Pick<SampleId, "task" | "caseId">): boolean;
  /** False for a sample that the list does not hold. */
  place(kind: "answer" | "judgement", at: SamplePlace, number: number): boolean;
  /** The same for what a case gives the models: false where the run had no such case, or another of its name. */
  placeInput(task: string, given: Pick<Case, "id" | "hash">, number: number): boolean;
  list(blocks: Pick<CaseList, "inputBlocks" | "answerBlocks" | "judgementBlocks">): CaseList;
}

/** A sample of one of the sources. */
export interface SamplePlace {
  readonly source: number;
  readonly id: SampleId;
}

/** Which models are compared, by the names that the explorer gives them. */
export interface Roles {
  readonly baseline: string;
  readonly candidates: readonly string[];
}

/** Starts the explorer's list: the cases of the first source, with the models of every source that were asked them. */
export function listBuilder(sources: readonly [Source, ...Source[]], roles: Roles): ListBuilder {
  const [{ table }] = sources;
  const columns = sources.flatMap((source, at) =>
    source.models.map((model) => ({ at, ...model, ...columnsOf(source.table, model.target, table) })),
  );
  const telling = tellingCases(table, columns);
  const input = new Int32Array(table.cases.id.length).fill(-1);
  const caseOf = ({ task, caseId }: Pick<SampleId, "task" | "caseId">) => table.byName.find(task, caseId);
  return {
    isTelling: (id) => telling[caseOf(id) ?? -1] === 1,
    place: (kind, { source, id }, number) => {
      const found = columns.find(({ at, target }) => at === source && target === id.target);
      const index = sources[source]?.table.byName.find(id.task, id.caseId);
      if (found === undefined || index === undefined) return false;
      const row = rowsOf(found.samples, index).find((at) => found.samples.repeat.at(at) === id.repeat);
      if (row === undefined || found.caseIndex[row] === -1) return false;
      found[kind][row] = number;
      return true;
    },
    placeInput: (task, { id, hash }, number) => {
      const index = caseOf({ task, caseId: id });
      if (index === undefined || table.cases.hash.at(index) !== hash) return false;
      input[index] = number;
      return true;
    },
    list: (blocks) => ({
      ...roles,
      ...blocks,
      ...casesOf(table, [...input]),
      outcomes: OUTCOME_KINDS,
      models: columns.map(listed),
    }),
  };
}

interface Columns {
  readonly name: string;
  readonly samples: SampleColumns;
  /** Each sample's case in the first source; -1 where that has no such case, or another of its name. */
  readonly caseIndex: Int32Array;
  readonly answer: Int32Array;
  readonly judgement: Int32Array;
}

function columnsOf(table: CaseTable, target: string, first: CaseTable): Omit<Columns, "name"> {
  const samples = table.targets.get(target);
  if (samples === undefined) throw new Error(`no samples of ${target}`);
  const { task, id, hash } = table.cases;
  const same = Int32Array.from({ length: id.length }, (_, index) => {
    const at = first.byName.find(task.at(index) ?? "", id.at(index) ?? "");
    return at !== undefined && first.cases.hash.at(at) === hash.at(index) ? at : -1;
  });
  const none = () => new Int32Array(samples.caseIndex.length).fill(-1);
  const caseIndex = none().map((_, row) => same[samples.caseIndex.at(row)] ?? -1);
  return { samples, caseIndex, answer: none(), judgement: none() };
}

/** 1 for every case on which a score is missing or differs from the others. */
function tellingCases(table: CaseTable, columns: readonly Columns[]): Uint8Array {
  const telling = new Uint8Array(table.cases.id.length);
  const first = new Float64Array(telling.length).fill(Number.NaN);
  for (const { samples, caseIndex } of columns)
    for (const [row, index] of caseIndex.entries()) {
      const score = samples.score.at(row);
      if (Number.isNaN(first[index] ?? 0)) first[index] = score;
      if (score !== first[index]) telling[index] = 1;
    }
  return telling;
}

function listed({ name, samples, caseIndex, answer, judgement }: Columns): ListedModel {
  const rows = [...caseIndex.keys()].filter((row) => caseIndex[row] !== -1);
  const pick = (column: { at(row: number): number | undefined }) => rows.map((row) => column.at(row) ?? -1);
  return {
    name,
    caseIndex: pick(caseIndex),
    repeat: pick(samples.repeat),
    outcome: pick(samples.outcome),
    score: pick(samples.score).map((score) => (Number.isNaN(score) ? null : Number(score.toFixed(4)))),
    answer: pick(answer),
    judgement: pick(judgement),
  };
}

/** Names become numbers: a run has many cases and few tasks and slices. */
function casesOf(
  { cases }: CaseTable,
  input: readonly number[],
): Pick<CaseList, "tasks" | "slices" | "sliceSets" | "cases"> {
  const tasks = numbering<string>((task) => task);
  const slices = numbering<string>((slice) => slice);
  const sets = numbering<readonly number[]>((set) => set.join());
  return {
    cases: {
      task: valuesOf(cases.task).map(tasks.of),
      id: valuesOf(cases.id),
      input,
      sliceSet: valuesOf(cases.slices).map((keys) =>
        sets.of(keys.map(({ field, value }) => slices.of(`${field}=${value}`))),
      ),
    },
    tasks: tasks.values,
    slices: slices.values,
    sliceSets: sets.values,
  };
}

function valuesOf<Value>(column: Column<Value>): readonly Value[] {
  return Array.from({ length: column.length }, (_, row) => column.at(row)).filter(
    (value) => value !== undefined,
  );
}

function numbering<Value>(keyOf: (value: Value) => string) {
  const numbers = new Map<string, number>();
  const values: Value[] = [];
  const of = (value: Value) => {
    const key = keyOf(value);
    const known = numbers.get(key);
    if (known !== undefined) return known;
    numbers.set(key, values.length);
    values.push(value);
    return values.length - 1;
  };
  return { of, values };
}
