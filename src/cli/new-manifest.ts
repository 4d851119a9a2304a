import { cpus } from "node:os";
import { backends } from "../backends/registry.ts";
import type { Model } from "../domain/model.ts";
import type { Manifest, ManifestWorkflow, Selection, Spending } from "../domain/run.ts";
import type { Suite } from "../domain/suite.ts";
import type { RunFolder } from "../storage/run-folder.ts";
import { othersOf } from "./budget.ts";
import type { Early } from "./early.ts";
import { priceOf } from "./prices.ts";
import { systemClock } from "./system-clock.ts";
import { version } from "./version.ts";

/** What a manifest says of a run before anything is asked. */
export interface StartedRun {
  readonly suite: Suite;
  readonly early: Early;
  readonly selection: Selection;
  readonly folder: RunFolder;
  /** When the run first started, ISO 8601; `undefined` for a new one. */
  readonly startedAt: string | undefined;
}

/** The manifest of a run that is going on. */
export function newManifest(
  { suite, early: { plan, stopping }, selection, folder, startedAt }: StartedRun,
  spending: Spending,
): Manifest {
  return {
    schema: 1,
    id: folder.id,
    suite: { name: suite.name, file: suite.file, hash: suite.hash, text: suite.text },
    evalsVersion: version(),
    seed: suite.seed,
    models: plan.models.map((model) => ({
      name: model.name,
      backend: model.backend,
      model: model.model,
      parameters: JSON.parse(JSON.stringify(model.parameters)),
      repeats: model.settings.repeats,
      concurrency: model.settings.concurrency,
      price: priceOf(model) ?? null,
      simulated: isSimulated(model, suite),
      batch: model.isBatched ?? false,
      workflow: manifestWorkflow(model, suite),
    })),
    judges: [],
    tasks: plan.tasks.map(({ task, dataset, planned }) => ({
      name: task.name,
      dataset: task.dataset.path,
      datasetHash: dataset.hash,
      cases: dataset.cases,
      planned,
      scorers: task.scorers.map(({ label }) => label),
    })),
    selection,
    early: stopping,
    state: "running",
    startedAt: startedAt ?? new Date(systemClock.wall()).toISOString(),
    finishedAt: null,
    host: { platform: process.platform, node: process.version, cpus: cpus().length },
    totals: {
      planned: plan.samples,
      answered: 0,
      refused: 0,
      empty: 0,
      truncated: 0,
      failed: 0,
      skipped: 0,
      unscored: 0,
      costUsd: null,
    },
    spending,
    hashes: { samples: null, judgements: null, scores: null },
    attempt: folder.attempt,
    verdicts: null,
  };
}

/** Whether any model that it asks makes its answers up. */
function isSimulated(model: Model, suite: Suite): boolean {
  return [model, ...othersOf(model, suite.models)].some(
    ({ backend }) => backends.get(backend)?.capabilities.simulated ?? false,
  );
}

function manifestWorkflow({ workflow }: Model, suite: Suite): ManifestWorkflow | null {
  if (workflow === undefined) return null;
  const { name, options, of, others } = workflow;
  const asked = suite.models.filter((model) => [of, ...others].includes(model.name));
  return {
    name,
    options,
    of,
    prices: Object.fromEntries(asked.map((model) => [model.name, priceOf(model) ?? null])),
  };
}
