import type { Fault, Result } from "../domain/fault.ts";
import type { Manifest } from "../domain/run.ts";
import type { Budget, Suite } from "../domain/suite.ts";
import { type Plan, planRun } from "../engine/plan.ts";
import type { CheckedDatasets } from "../storage/checked-datasets.ts";
import { batched } from "./batch/batched-models.ts";
import { storedSuite } from "./checked-suite.ts";

/** What a run of the past set out to ask. */
export interface StoredPlan {
  readonly suite: Suite;
  readonly plan: Plan;
}

/** What is different when a run goes on. */
export interface Going {
  /** `undefined`: as before. */
  readonly concurrency: number | undefined;
  /** The budget to go on with, given the one that the run had. */
  readonly budget: (before: Budget) => Budget;
  /** Checks of datasets that were made before. */
  readonly checks?: CheckedDatasets;
}

/** The suite and plan of a stored run, on the datasets that it began with. Faults: one is gone or has changed. */
export async function storedPlan(manifest: Manifest, going: Going): Promise<Result<StoredPlan>> {
  const checked = await storedSuite(manifest, going.checks);
  if (!checked.ok) return checked;
  const suite = asItRan(checked.value.suite, manifest, going);
  const { datasets } = checked.value;
  const planned = await planRun({ suite, selection: manifest.selection, datasets });
  if (!planned.ok) return planned;
  const faults = changedDatasets(planned.value, manifest);
  if (faults.length > 0) return { ok: false, faults };
  const inBatches = new Set(manifest.models.filter(({ batch }) => batch).map(({ name }) => name));
  const models = planned.value.models.map((model) => (inBatches.has(model.name) ? batched(model) : model));
  return { ok: true, value: { suite, plan: { ...planned.value, models } } };
}

/** The stored suite with the repeats, limits of calls and budget that the run was started with. */
function asItRan(suite: Suite, manifest: Manifest, { concurrency, budget }: Going): Suite {
  const ran = new Map(manifest.models.map((model) => [model.name, model]));
  const models = suite.models.map((model) => {
    const { repeats, concurrency: before } = ran.get(model.name) ?? model.settings;
    return {
      ...model,
      settings: { ...model.settings, repeats, concurrency: concurrency ?? before },
    };
  });
  const { budgetUsd, budgetCalls } = manifest.spending ?? { budgetUsd: null, budgetCalls: null };
  const before = { usd: budgetUsd ?? undefined, calls: budgetCalls ?? undefined };
  return { ...suite, models, concurrency: concurrency ?? suite.concurrency, budget: budget(before) };
}

/** Half a run on one dataset and half on another is no run. */
function changedDatasets(plan: Plan, manifest: Manifest): readonly Fault[] {
  const before = new Map(manifest.tasks.map((task) => [task.name, task.datasetHash]));
  return plan.tasks
    .filter(({ task, dataset }) => before.get(task.name) !== dataset.hash)
    .map(({ task }) => ({
      code: "E1602",
      message: `the dataset ${task.dataset.path} of task "${task.name}" has changed since the run began`,
      place: undefined,
      source: undefined,
      label: undefined,
      hint: "Restore it, or start a new run: evals run SUITE.",
    }));
}
