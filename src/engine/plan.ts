import type { Case, CaseStream, DatasetSummary } from "../domain/dataset.ts";
import type { Fault, Result } from "../domain/fault.ts";
import type { Model } from "../domain/model.ts";
import type { Selection } from "../domain/run.ts";
import type { Suite, Task } from "../domain/suite.ts";
import { caseChoice } from "./case-choice.ts";
import { matchesAny } from "./glob.ts";
import { isInShard } from "./shard.ts";

/** A task's dataset: what one pass found, and a stream that can be started again. */
export interface CaseSource {
  readonly summary: DatasetSummary;
  /** Every case, or those whose id is wanted. */
  cases(isWanted?: (id: string) => boolean): CaseStream;
  /** The id of every case, in batches: far cheaper than the cases. */
  ids(): AsyncIterable<readonly string[]>;
}

/** A task with the cases that this run asks. */
export interface PlannedTask {
  readonly task: Task;
  readonly dataset: DatasetSummary;
  /** Number of cases that all shards together ask. */
  readonly matching: number;
  /** Number of cases that `cases` yields: those of this shard. */
  readonly planned: number;
  cases(): CaseStream;
}

/** What a run asks, in what order: task by task, case by case, repeat by repeat, all models side by side. */
export interface Plan {
  readonly seed: number;
  readonly models: readonly Model[];
  readonly tasks: readonly PlannedTask[];
  /** Samples over all models. */
  readonly samples: number;
  readonly samplesPerModel: ReadonlyMap<string, number>;
  /** Another order than task by task, each case once: that of a run that may stop early. */
  readonly inOrder?: (() => CaseStream<{ readonly task: Task; readonly case: Case }>) | undefined;
}

export interface PlanInput {
  readonly suite: Suite;
  readonly selection: Selection;
  /** By task name. */
  readonly datasets: ReadonlyMap<string, CaseSource>;
}

/**
 * Applies filters (names or ids with `*`) and the limit (cases per task, chosen by seed). Reads a dataset only
 * where a case filter or a limit needs it. Faults: a filter that matches nothing, an empty plan.
 */
export async function planRun({ suite, selection, datasets }: PlanInput): Promise<Result<Plan>> {
  const models = suite.models.filter(({ name }) => isSelected(selection.models, name));
  const chosen = suite.tasks.filter(({ name }) => isSelected(selection.tasks, name));
  const faults = [
    ...unmatched(
      "model",
      selection.models,
      suite.models.map(({ name }) => name),
    ),
    ...unmatched(
      "task",
      selection.tasks,
      suite.tasks.map(({ name }) => name),
    ),
  ];
  if (faults.length > 0) return { ok: false, faults };
  const tasks: PlannedTask[] = [];
  const unseen = new Set(selection.cases);
  for (const task of chosen) {
    const source = datasets.get(task.name);
    if (source === undefined) throw new Error(`no dataset was opened for task "${task.name}"`);
    tasks.push(await planTask(task, source, { selection, seed: suite.seed, unseen }));
  }
  if (unseen.size > 0) return { ok: false, faults: [...unseen].map(noSuchCase) };
  const cases = tasks.reduce((sum, { planned }) => sum + planned, 0);
  // A shard may have no case where there are few; all shards together may not.
  const matching = tasks.reduce((sum, task) => sum + task.matching, 0);
  if (matching === 0 || models.length === 0) return { ok: false, faults: [nothingPlanned(selection)] };
  const perModel = new Map(models.map((model) => [model.name, cases * model.settings.repeats]));
  const samples = [...perModel.values()].reduce((sum, count) => sum + count, 0);
  return { ok: true, value: { seed: suite.seed, models, tasks, samples, samplesPerModel: perModel } };
}

function isSelected(patterns: readonly string[] | undefined, name: string): boolean {
  return patterns === undefined || matchesAny(patterns, name);
}

interface Choosing {
  readonly selection: Selection;
  readonly seed: number;
  /** Case patterns that have matched nothing yet. */
  readonly unseen: Set<string>;
}

async function planTask(
  task: Task,
  source: CaseSource,
  { selection, seed, unseen }: Choosing,
): Promise<PlannedTask> {
  const { cases: ids, limit, shard } = selection;
  const all = source.summary.cases;
  const isHere = (id: string) => shard === undefined || isInShard(shard, task.name, id);
  if (shard === undefined && ids === undefined && (limit === undefined || limit >= all)) {
    return { task, dataset: source.summary, matching: all, planned: all, cases: () => source.cases() };
  }
  const choice = limit === undefined ? undefined : caseChoice(seed, task.name, limit);
  let matching = 0;
  let here = 0;
  for await (const batch of source.ids()) {
    for (const id of batch) {
      if (!isSelected(ids, id)) continue;
      for (const pattern of unseen) if (matchesAny([pattern], id)) unseen.delete(pattern);
      matching += 1;
      if (isHere(id)) here += 1;
      choice?.offer(id);
    }
  }
  const kept = choice?.chosen();
  const wanted = (id: string) => isHere(id) && (kept === undefined ? isSelected(ids, id) : kept.has(id));
  const planned = kept === undefined ? here : [...kept].filter(isHere).length;
  return {
    task,
    dataset: source.summary,
    matching: kept === undefined ? matching : kept.size,
    planned,
    cases: () => firstOf(planned, source.cases(wanted)),
  };
}

/** Reads no further than the last of them. */
async function* firstOf(count: number, cases: CaseStream): AsyncGenerator<readonly Case[]> {
  if (count === 0) return;
  let left = count;
  for await (const several of cases) {
    const taken = [...several].slice(0, left);
    yield taken;
    left -= taken.length;
    if (left === 0) return;
  }
}

function unmatched(
  kind: string,
  patterns: readonly string[] | undefined,
  names: readonly string[],
): readonly Fault[] {
  return (patterns ?? [])
    .filter((pattern) => !names.some((name) => matchesAny([pattern], name)))
    .map((pattern) =>
      selectionFault(`no ${kind} of the suite matches "${pattern}"`, `Its ${kind}s: ${names.join(", ")}.`),
    );
}

function noSuchCase(pattern: string): Fault {
  return selectionFault(
    `no case of the chosen tasks matches "${pattern}"`,
    "Ids are those of the dataset; * stands for any characters.",
  );
}

function nothingPlanned({ limit }: Selection): Fault {
  return selectionFault(`nothing to ask: --limit ${limit ?? 0} leaves no case`, "Widen the selection.");
}

function selectionFault(message: string, hint: string): Fault {
  return { code: "E1601", message, place: undefined, source: undefined, label: undefined, hint };
}
