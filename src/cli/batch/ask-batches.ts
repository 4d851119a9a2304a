import { dirname } from "node:path";
import { backends } from "../../backends/registry.ts";
import type { Result } from "../../domain/fault.ts";
import type { Model } from "../../domain/model.ts";
import type { Outcome } from "../../domain/outcome.ts";
import type { BackendEnvironment } from "../../domain/ports.ts";
import type { Spending } from "../../domain/run.ts";
import type { SampleId } from "../../domain/sample.ts";
import type { Suite } from "../../domain/suite.ts";
import { costBound, hold, newPurse } from "../../engine/budget.ts";
import type { Plan } from "../../engine/plan.ts";
import { type BatchRecord, listBatches, readBatch, writeBatch } from "../../storage/batch-record.ts";
import type { AnswerCache } from "../../storage/cache/answer-cache.ts";
import { closeAll } from "../../storage/close-all.ts";
import { openJournal } from "../../storage/journal.ts";
import type { RunFolder } from "../../storage/run-folder.ts";
import { longestAnswer } from "../budget.ts";
import type { Io } from "../io.ts";
import { connected, type NeededJudge } from "../judge-needs.ts";
import { priceOf } from "../prices.ts";
import { runArgument } from "../run-argument.ts";
import { safe } from "../safe-text.ts";
import { spendingOf, spentOf, startTally } from "../spending.ts";
import { systemClock } from "../system-clock.ts";
import { type BatchedModel, type BatchState, itemId } from "./batch-state.ts";
import { gatherBatches } from "./gather.ts";
import { find, opened } from "./submit.ts";
import { watchBatches } from "./watch.ts";

/** What batches are asked for. */
export interface AskingBatches {
  readonly suite: Suite;
  readonly plan: Plan;
  readonly judges: readonly NeededJudge[];
  readonly folder: RunFolder;
  /** What the run has spent before. */
  readonly spending: Spending | undefined;
  readonly cache: AnswerCache | undefined;
  readonly signal: AbortSignal;
  readonly io: Io;
}

/** What came of the batches: their answers are in the journal. */
export interface AskedBatches {
  readonly spending: Spending;
  readonly capReached: boolean;
  /** The end of a sample that the journal and the cache have no answer to. */
  decided(sample: SampleId): Outcome;
}

/**
 * Asks the models of a plan that are batched: collects what an earlier process sent, sends what is still to be asked,
 * and waits for it. It can be stopped and killed at any moment: what is out is on disk with its name.
 */
export async function askBatches(asking: AskingBatches): Promise<Result<AskedBatches>> {
  const { suite, plan, judges, folder, spending, io } = asking;
  const batched = plan.models.filter(({ isBatched }) => isBatched === true);
  const tally = startTally([...suite.models, ...plan.models]);
  const journal = await openJournal(folder.samples, tally.add);
  if (!journal.ok) return journal;
  const closing: (() => Promise<void>)[] = [() => journal.value.close()];
  try {
    const judged = startTally([...suite.models, ...suite.judges]);
    if (judges.length > 0) {
      const judgements = await openJournal(folder.judgements, judged.add);
      if (!judgements.ok) return judgements;
      await judgements.value.close();
    }
    const purse = newPurse(suite.budget, spentOf([tally, judged], spending));
    const models = await connect(asking, batched);
    closing.push(
      ...[...models.values()].map(
        ({ backend }) =>
          () =>
            backend.close(),
      ),
    );
    const state: BatchState = {
      runId: folder.id,
      runArgument: runArgument(folder, io.cwd),
      directory: folder.directory,
      models,
      journal: journal.value,
      cache: asking.cache,
      purse,
      clock: systemClock,
      signal: asking.signal,
      notice: (text) => io.err(`${safe(text)}\n`),
      open: [],
      failures: new Map(),
      stopped: new Map(),
      names: [],
      nextNumber: 1,
      capReached: false,
    };
    const onItsWay = await recover(state);
    await gatherBatches(state, plan, onItsWay);
    await watchBatches(state);
    if (state.open.length > 0) io.err(`${goingOn(state.open.length)}\n`);
    return { ok: true, value: outcomeOf(state, connected(plan.models, judges)) };
  } finally {
    await closeAll(closing);
  }
}

function goingOn(batches: number): string {
  return batches === 1
    ? "1 batch goes on at its provider; the resumed run collects it"
    : `${batches} batches go on at their providers; the resumed run collects them`;
}

async function connect(
  { suite, io }: AskingBatches,
  batched: Plan["models"],
): Promise<ReadonlyMap<string, BatchedModel>> {
  const environment: BackendEnvironment = {
    clock: systemClock,
    variables: io.variables,
    directory: dirname(suite.file),
    seed: suite.seed,
  };
  const connected = batched.map(async (model) => {
    const backend = await backends.get(model.backend)?.connectBatch?.(model, environment);
    if (backend === undefined) throw new Error(`"${model.backend}" has no batches`);
    const price = priceOf(model);
    const isBounded = suite.budget.usd !== undefined && price !== undefined;
    const bound = isBounded ? costBound(model, price, longestAnswer(model)) : undefined;
    return [model.name, { model, backend, price, bound }] as const;
  });
  return new Map(await Promise.all(connected));
}

/** Takes up what an earlier process sent; gives the items that are on their way. */
async function recover(state: BatchState): Promise<ReadonlySet<string>> {
  const onItsWay = new Set<string>();
  const unsure: BatchRecord[] = [];
  for (const number of await listBatches(state.directory)) {
    const record = await readBatch(state.directory, number);
    state.nextNumber = number + 1;
    if (record.name !== undefined) state.names.push(record.name);
    if (record.state === "planned") unsure.push(record);
    if (record.state !== "submitted" || record.name === undefined) continue;
    state.open.push({ number, model: record.model, name: record.name, shown: "" });
    claim(state, record, onItsWay);
  }
  for (const record of unsure) {
    const name = await find(state, record);
    if (state.signal.aborted) return onItsWay;
    if (name === undefined) {
      await writeBatch(state.directory, { ...record, state: "rejected" });
      continue;
    }
    await opened(state, record, name);
    claim(state, record, onItsWay);
  }
  return onItsWay;
}

function claim({ purse }: BatchState, { items, mostUsd }: BatchRecord, onItsWay: Set<string>): void {
  hold(purse, mostUsd, items.length);
  for (const { id } of items) onItsWay.add(id);
}

function outcomeOf(state: BatchState, paid: readonly Model[]): AskedBatches {
  const { runId, failures, capReached, purse } = state;
  return {
    spending: spendingOf(purse, paid, capReached),
    capReached,
    decided: (sample) => {
      const failure = failures.get(itemId(runId, sample));
      if (failure !== undefined) return { kind: "failed", failure };
      return { kind: "skipped", reason: capReached ? "budget" : "interrupted" };
    },
  };
}
