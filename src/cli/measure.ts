import { backends } from "../backends/registry.ts";
import type { Manifest } from "../domain/run.ts";
import type { ScoredSample } from "../domain/score.ts";
import type { Soon } from "../domain/soon.ts";
import type { Suite } from "../domain/suite.ts";
import { newPurse, type Purse } from "../engine/budget.ts";
import type { AnswerIntake } from "../engine/intake.ts";
import type { Pace } from "../engine/pace.ts";
import type { Plan } from "../engine/plan.ts";
import { runSamples } from "../engine/run.ts";
import type { RunEvent } from "../engine/run-state.ts";
import { seeded } from "../statistics/random.ts";
import type { AnswerCache } from "../storage/cache/answer-cache.ts";
import { closeAll } from "../storage/close-all.ts";
import { fileHash } from "../storage/file-hash.ts";
import type { Journal } from "../storage/journal.ts";
import { readJournalBySample } from "../storage/journal-reader.ts";
import { writeManifest } from "../storage/manifest.ts";
import type { AskedBatches } from "./batch/ask-batches.ts";
import { longestAnswer, othersOf } from "./budget.ts";
import { comparesBaseline, journalSamples } from "./compared-samples.ts";
import type { Connections } from "./connect.ts";
import { keepDecided } from "./decided-scores.ts";
import type { FailureTally } from "./failure-tally.ts";
import type { Interrupt } from "./interrupt.ts";
import type { Io } from "./io.ts";
import { connected, type NeededJudge } from "./judge-needs.ts";
import { type Judging, manifestJudges, NO_JUDGES, startJudging } from "./judging-run.ts";
import { newManifest, type StartedRun } from "./new-manifest.ts";
import { priceOf } from "./prices.ts";
import { startProgress } from "./progress.ts";
import { releasedOnce } from "./run-intake.ts";
import { startScores } from "./run-scores.ts";
import { startScoring, type Unscored } from "./scoring.ts";
import { sideBySide, type Work } from "./side-by-side.ts";
import { spendingOf } from "./spending.ts";
import { codeOfRun } from "./suite-code.ts";
import { systemClock } from "./system-clock.ts";
import { countTotals } from "./totals.ts";

/** Everything that one run needs, checked and open. */
export interface Measuring extends StartedRun {
  readonly connections: Connections;
  readonly journal: Journal;
  /** The judges that the plan's scorers ask, and the journal of their calls, open where there are any. */
  readonly judges: readonly NeededJudge[];
  readonly judgements: Journal | undefined;
  readonly interrupt: Pick<Interrupt, "signal" | "graceMs" | "noticesGoTo">;
  readonly bail: number | undefined;
  /** What the run has spent before. */
  readonly spent: { readonly usd: number; readonly calls: number };
  /** What came of the batches, where models are asked in them. */
  readonly batches: AskedBatches | undefined;
  /** `undefined` asks everything anew. */
  readonly cache: AnswerCache | undefined;
  readonly intake: AnswerIntake;
  readonly failures: FailureTally;
  readonly io: Io;
}

/** Asks, journals and scores every sample, and leaves a finished or an interrupted run on disk. */
export async function measure(measuring: Measuring): Promise<Manifest> {
  const { suite, folder, journal, judges: needed, judgements, intake, io } = measuring;
  const { plan, watch, stopping: design } = measuring.early;
  const decided = new AbortController();
  const purse = newPurse(suite.budget, measuring.spent);
  const paid = connected(plan.models, needed);
  const start = newManifest(measuring, spendingOf(purse, paid, false));
  const count = countTotals();
  const paces = new Map<string, Pace>();
  let fromCache = 0;
  let capReached = measuring.batches?.capReached ?? false;
  if (capReached) purse.refusedUsd = measuring.batches?.spending.nextCallUsd ?? undefined;
  let judging: Judging = NO_JUDGES;
  const closing: (() => Promise<void>)[] = [() => journal.close()];
  if (judgements !== undefined) closing.push(() => judgements.close());
  try {
    await writeManifest(folder.directory, start);
    const scores = await startScores(folder.scores);
    closing.push(() => scores.close());
    const progress = startProgress(plan.samplesPerModel, io, () => systemClock.now());
    closing.push(async () => progress.stop());
    measuring.interrupt.noticesGoTo(progress.notice);
    const stopping = { purse, paces, signal: AbortSignal.any([measuring.interrupt.signal, scores.broken]) };
    judging = startJudging(measuring, stopping);
    const prices = pricesOf(suite, plan);
    const scoring = startScoring({ suite, prices, code: codeOfRun(io), ask: judging.ask });
    closing.push(() => scoring.close());
    const width = () => Math.max(judging.width, scoring.width());
    const scored = (event: RunEvent): Soon<ScoredSample> | undefined => {
      if (event.kind === "waiting") progress.waiting(event);
      if (event.kind === "paused")
        progress.notice(`${event.model} is asked nothing more: ${event.failure.message}`);
      if (event.kind === "stopped") capReached ||= event.reason === "budget";
      if (event.kind !== "sample" || scores.broken.aborted) return undefined;
      if (event.origin === "cache") fromCache += 1;
      if (event.origin !== "asked") progress.known(event.sample.target);
      measuring.failures.add(event.sample);
      return comparesBaseline(event.task) ? undefined : scoring.score(event);
    };
    const score = (event: RunEvent) => releasedOnce(scored(event), event, intake);
    const keep = (scored: ScoredSample) => {
      progress.sample(scored);
      count.add(scored);
      if (watch?.add(scored) === true) decided.abort();
      return scores.append(scored);
    };
    await sideBySide(events(measuring, { ...stopping, decided: decided.signal }), { score, keep, width });
    await scoreCompared(measuring, { score: scoring.score, keep, width });
    await judging.canaries;
  } finally {
    await closeAll(closing);
  }
  if (fromCache > 0)
    io.err(`${fromCache} of ${plan.samples} answers came from the cache; --no-cache asks anew\n`);
  const isJudged = judging.notAsked() === 0;
  const cases = isJudged ? watch?.decidedAfter() : undefined;
  const kept = cases === undefined ? count : await keepDecided(start, folder.scores);
  if (kept === undefined) throw new Error("the decision on the way is not that of the scores");
  const spared = cases === undefined ? 0 : plan.samples - kept.asked();
  const totals = kept.of(plan.samples, spared);
  const manifest: Manifest = {
    ...start,
    judges: await manifestJudges(needed, folder.judgements, await judging.canaries),
    state: totals.skipped === 0 && isJudged ? "finished" : "interrupted",
    finishedAt: new Date(systemClock.wall()).toISOString(),
    totals,
    early: design && { ...design, decided: cases === undefined ? null : { cases, spared } },
    spending: spendingOf(purse, paid, capReached || judging.isOverBudget()),
    hashes: {
      samples: await fileHash(folder.samples),
      judgements: judgements === undefined ? null : await fileHash(folder.judgements),
      scores: await fileHash(folder.scores),
    },
  };
  await writeManifest(folder.directory, manifest);
  return manifest;
}

/** The second pass: what is compared with the baseline's answers, once all of them are in the journal. */
async function scoreCompared(
  { suite, early: { plan }, folder }: Measuring,
  work: Work<Unscored, ScoredSample>,
): Promise<void> {
  const tasks = plan.tasks.filter(({ task }) => comparesBaseline(task));
  if (tasks.length === 0) return;
  const journal = await readJournalBySample(folder.samples);
  try {
    for (const task of tasks)
      await sideBySide(journalSamples(task, { suite, models: plan.models, journal }), work);
  } finally {
    await journal.close();
  }
}

/** What the run and its judges share. */
interface Shared {
  readonly purse: Purse;
  readonly paces: Map<string, Pace>;
  readonly signal: AbortSignal;
}

function events(
  { suite, early: { plan, watch }, connections, journal, interrupt, bail, cache, intake, batches }: Measuring,
  { purse, paces, signal, decided }: Shared & { readonly decided: AbortSignal },
): AsyncGenerator<Iterable<RunEvent>> {
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
      const decided = model.isBatched === true ? batches?.decided : undefined;
      const bound = { sharing, cacheable, price, longestAnswer: longestAnswer(model), others, decided };
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
      paces,
      signal,
      get graceMs() {
        return interrupt.graceMs();
      },
      decided,
      intake,
      journal,
      answered: journal.answered,
      cache,
    },
    options: {
      concurrency: suite.concurrency,
      bail,
      // What is asked ahead of the decision is asked in vain: little is.
      ...(watch === undefined ? {} : { mostAhead: suite.concurrency }),
    },
  });
}

/** By name: those of the suite, and in a batch run those of its targets, which cost half. */
function pricesOf(suite: Suite, plan: Plan) {
  return new Map([...suite.models, ...plan.models].map((model) => [model.name, priceOf(model)]));
}
