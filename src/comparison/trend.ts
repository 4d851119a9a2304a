import type { Estimate } from "../statistics/interval.ts";
import type { MetricValue } from "./metric-value.ts";
import type { RunTable } from "./run-table.ts";

/** A past run, as much of it as a trend needs. */
export interface TrendRun {
  readonly id: string;
  readonly startedAt: string;
  /** Hash of the suite file. */
  readonly suiteHash: string;
  readonly tasks: readonly {
    readonly name: string;
    readonly datasetHash: string;
    readonly planned: number;
  }[];
  readonly models: readonly {
    readonly name: string;
    readonly simulated: boolean;
    /** Backend, model id, parameters and repeats: what the name stood for. */
    readonly identity: string;
  }[];
  readonly table: RunTable;
}

/** One model in one run, over all its tasks. */
export interface TrendPoint {
  readonly run: string;
  readonly startedAt: string;
  readonly cases: number;
  readonly score: Estimate | undefined;
  readonly costPerCase: MetricValue;
  readonly latencyP50: MetricValue;
  readonly latencyP95: MetricValue;
  readonly unscored: number;
  /** Prompts, scorers or the gate may differ from the point before. */
  readonly suiteChanged: boolean;
}

/** Points that can be compared with each other, oldest first. */
export interface TrendSegment {
  /** Why the line was broken before it; `undefined` for the first. */
  readonly brokenBy: string | undefined;
  readonly points: readonly TrendPoint[];
}

/** A model's line over past runs. */
export interface TrendLine {
  readonly model: string;
  readonly simulated: boolean;
  readonly segments: readonly TrendSegment[];
}

/**
 * The line of every model over runs, oldest first. It is broken where a number before says nothing about the one
 * after: another dataset, other cases of it, or another model under the same name.
 */
export function trend(runs: readonly TrendRun[]): readonly TrendLine[] {
  const names = [...new Set(runs.flatMap(({ models }) => models.map(({ name }) => name)))];
  return names.map((model) => lineOf(model, runs));
}

function lineOf(model: string, runs: readonly TrendRun[]): TrendLine {
  const segments: { brokenBy: string | undefined; points: TrendPoint[] }[] = [];
  let before: TrendRun | undefined;
  let simulated = false;
  for (const run of runs) {
    const point = pointOf(model, run, before);
    if (point === undefined) continue;
    const brokenBy = before === undefined ? undefined : difference(model, before, run);
    const last = segments.at(-1);
    if (last === undefined || brokenBy !== undefined) segments.push({ brokenBy, points: [point] });
    else last.points.push(point);
    simulated = simulated || run.models.some(({ name, simulated: made }) => name === model && made);
    before = run;
  }
  return { model, simulated, segments };
}

/** `undefined` where the run did not ask the model. */
function pointOf(model: string, run: TrendRun, before: TrendRun | undefined): TrendPoint | undefined {
  const own = run.table.rows.filter(({ target }) => target === model);
  // The row over all tasks is the last; with one task its row is the only one.
  const row = own.find(({ task }) => task === undefined) ?? own.at(-1);
  if (row === undefined) return undefined;
  const { cases, score, costPerCase, latencyP50, latencyP95, unscored } = row;
  return {
    run: run.id,
    startedAt: run.startedAt,
    cases,
    score,
    costPerCase,
    latencyP50,
    latencyP95,
    unscored,
    suiteChanged: before !== undefined && before.suiteHash !== run.suiteHash,
  };
}

function difference(model: string, before: TrendRun, after: TrendRun): string | undefined {
  const found = [...taskDifferences(before, after)];
  const identityIn = ({ models }: TrendRun) => models.find(({ name }) => name === model)?.identity;
  if (identityIn(before) !== identityIn(after)) found.push("the model or its parameters changed");
  return found.length === 0 ? undefined : found.join("; ");
}

function taskDifferences(before: TrendRun, after: TrendRun): readonly string[] {
  const earlier = new Map(before.tasks.map((task) => [task.name, task]));
  const found = after.tasks.flatMap(({ name, datasetHash, planned }) => {
    const task = earlier.get(name);
    earlier.delete(name);
    if (task === undefined) return [`task ${name} is new`];
    if (task.datasetHash !== datasetHash) return [`the dataset of ${name} changed`];
    return task.planned === planned ? [] : [`${name} asks ${planned} cases instead of ${task.planned}`];
  });
  return [...found, ...[...earlier.keys()].map((name) => `task ${name} is gone`)];
}
