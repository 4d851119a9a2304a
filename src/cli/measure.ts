import { cpus } from "node:os";
import { backends } from "../backends/registry.ts";
import type { Model } from "../domain/model.ts";
import type { Manifest, ManifestWorkflow, Selection, Spending } from "../domain/run.ts";
import type { Suite } from "../domain/suite.ts";
import { newPurse, type Purse } from "../engine/budget.ts";
import type { Plan } from "../engine/plan.ts";
import { runSamples } from "../engine/run.ts";
import type { RunEvent } from "../engine/run-state.ts";
import { seeded } from "../statistics/random.ts";
import type { AnswerCache } from "../storage/answer-cache.ts";
import { closeAll } from "../storage/close-all.ts";
import { fileHash } from "../storage/file-hash.ts";
import type { Journal } from "../storage/journal.ts";
import { writeManifest } from "../storage/manifest.ts";
import type { RunFolder } from "../storage/run-folder.ts";
import { longestAnswer, othersOf } from "./budget.ts";
import type { Connections } from "./connect.ts";
import type { Interrupt } from "./interrupt.ts";
import type { Io } from "./io.ts";
import { priceOf } from "./prices.ts";
import { startProgress } from "./progress.ts";
import { startScores } from "./run-scores.ts";
import { startScoring } from "./scoring.ts";
import { spendingOf } from "./spending.ts";
import { systemClock } from "./system-clock.ts";
import { countTotals } from "./totals.ts";
import { version } from "./version.ts";

/** Everything that one run needs, checked and open. */
export interface Measuring {
  readonly suite: Suite;
  readonly plan: Plan;
  readonly selection: Selection;
  readonly connections: Connections;
  readonly folder: RunFolder;
  readonly journal: Journal;
  readonly interrupt: Pick<Interrupt, "signal" | "graceMs">;
  readonly bail: number | undefined;
  /** When the run first started, ISO 8601; `undefined` for a new one. */
  readonly startedAt: string | undefined;
  /** What the run has spent before. */
  readonly spent: { readonly usd: number; readonly calls: number };
  /** `undefined` asks everything anew. */
  readonly cache: AnswerCache | undefined;
  readonly io: Io;
}

/** Asks, journals and scores every sample, and leaves a finished or an interrupted run on disk. */
export async function measure(measuring: Measuring): Promise<Manifest> {
  const { suite, plan, folder, journal, io } = measuring;
  const purse = newPurse(suite.budget, measuring.spent);
  const start = newManifest(measuring, spendingOf(purse, plan.models, false));
  const count = countTotals();
  let fromCache = 0;
  let capReached = false;
  const closing: (() => Promise<void>)[] = [() => journal.close()];
  try {
    await writeManifest(folder.directory, start);
    const scores = await startScores(folder.scores);
    closing.push(() => scores.close());
    const progress = startProgress(plan.samplesPerModel, io, () => systemClock.now());
    closing.push(async () => progress.stop());
    const scoring = startScoring(suite, new Map(suite.models.map((model) => [model.name, priceOf(model)])));
    closing.push(() => scoring.close());
    for await (const event of events(measuring, { purse, stop: scores.broken })) {
      if (event.kind === "waiting") progress.notice(`${event.model} waits: ${event.reason}`);
      if (event.kind === "paused") progress.notice(`${event.model} is paused: ${event.failure.message}`);
      if (event.kind === "stopped") capReached = event.reason === "budget";
      if (event.kind !== "sample" || scores.broken.aborted) continue;
      const scored = await scoring.score(event);
      await scores.append(scored);
      progress.sample(scored);
      count.add(scored);
      if (event.origin === "cache") fromCache += 1;
    }
  } finally {
    await closeAll(closing);
  }
  if (fromCache > 0)
    io.err(`${fromCache} of ${plan.samples} answers came from the cache; --no-cache asks anew\n`);
  const totals = count.of(plan.samples);
  const manifest: Manifest = {
    ...start,
    state: totals.skipped === 0 ? "finished" : "interrupted",
    finishedAt: new Date(systemClock.wall()).toISOString(),
    totals,
    spending: spendingOf(purse, plan.models, capReached),
    hashes: { samples: await fileHash(folder.samples), scores: await fileHash(folder.scores) },
  };
  await writeManifest(folder.directory, manifest);
  return manifest;
}

function events(
  { suite, plan, connections, journal, interrupt, bail, cache }: Measuring,
  { purse, stop }: { readonly purse: Purse; readonly stop: AbortSignal },
): AsyncGenerator<RunEvent> {
  const models = new Map(
    plan.models.flatMap((model) => {
      const backend = connections.backends.get(model.name);
      const capabilities = backends.get(model.backend)?.capabilities;
      const sharing = capabilities?.sharing ?? "parallel";
      // A workflow's answer hangs on other models too: its steps are cached, each by its own key.
      const cacheable = model.workflow === undefined && (capabilities?.cacheable ?? false);
      const price = priceOf(model);
      const others = othersOf(model, suite.models).map((other) => ({
        model: other,
        price: priceOf(other),
        longestAnswer: longestAnswer(other),
      }));
      const bound = { sharing, cacheable, price, longestAnswer: longestAnswer(model), others };
      return backend === undefined ? [] : [[model.name, { ...bound, backend }] as const];
    }),
  );
  return runSamples({
    plan,
    ports: {
      models,
      clock: systemClock,
      random: seeded(suite.seed),
      purse,
      signal: AbortSignal.any([interrupt.signal, stop]),
      get graceMs() {
        return interrupt.graceMs();
      },
      journal,
      answered: journal.answered,
      cache,
    },
    options: { concurrency: suite.concurrency, bail },
  });
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
    prices: Object.fromEntries(asked.map((model) => [model.name, priceOf(model) ?? null])),
  };
}

function newManifest({ suite, plan, selection, folder, startedAt }: Measuring, spending: Spending): Manifest {
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
      workflow: manifestWorkflow(model, suite),
    })),
    tasks: plan.tasks.map(({ task, dataset, planned }) => ({
      name: task.name,
      dataset: task.dataset.path,
      datasetHash: dataset.hash,
      cases: dataset.cases,
      planned,
      scorers: task.scorers.map(({ label }) => label),
    })),
    selection,
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
    hashes: { samples: null, scores: null },
    attempt: folder.attempt,
    verdicts: null,
  };
}
