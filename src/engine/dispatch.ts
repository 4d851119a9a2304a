import type { Failure, Outcome } from "../domain/outcome.ts";
import type { SampleId } from "../domain/sample.ts";
import { type Bill, startBill } from "./bill.ts";
import { hold as holdMoney, settleCalls, suffices } from "./budget.ts";
import {
  advance,
  hasRoom,
  type Job,
  type Lane,
  mayStartNew,
  noteAnswer,
  noteFailure,
  noteOverload,
} from "./lane.ts";
import { requestKey } from "./request-key.ts";
import { decideRetry } from "./retry.ts";
import { failRun, hasCapacity, isStopping, type RunEvent, type RunState, stopRun } from "./run-state.ts";
import { mostUsdOfSample } from "./workflow-bound.ts";

/** Starts everything that may start now, and wakes the reader of the events. */
export function pump(state: RunState): void {
  startAll(state);
  state.wake();
}

/** Starts everything that may start now. O(models) per call. */
export function startAll(state: RunState): void {
  while (!isStopping(state) && hasCapacity(state)) {
    const lane = pickLane(state);
    if (lane === undefined || !isAffordable(state, lane)) break;
    startNext(state, lane);
  }
  if (!isStopping(state))
    state.window.fill(() => pump(state)).catch((error: unknown) => failRun(state, error));
}

/** Of the models that can go on, the one that is furthest behind: models stay side by side in time. */
function pickLane(state: RunState): Lane | undefined {
  const now = state.ports.clock.now();
  let best: Lane | undefined;
  for (const lane of state.lanes) {
    if (!canGoOn(state, lane, now)) continue;
    if (best === undefined || progress(lane) < progress(best)) best = lane;
  }
  return best;
}

/**
 * Whether the budget suffices for the model's next call whatever it costs. Where it does not, the others wait as well:
 * a cheap model that went on alone would leave cases without their pair. A call that ends may give something back;
 * once none is left to end, the run stops.
 */
function isAffordable(state: RunState, lane: Lane): boolean {
  const { purse } = state.ports;
  const job = lane.due[0] ?? lane.next;
  if (job === undefined || suffices(purse, job.mostUsd, lane.stepsBound?.calls)) return true;
  if (lane.stopped !== undefined || isAnswered(state, lane, job)) return true;
  if (purse.heldCalls === 0) {
    purse.refusedUsd = job.mostUsd;
    stopRun(state, "budget");
  }
  return false;
}

function progress(lane: Lane): number {
  return lane.position + lane.repeat / lane.model.settings.repeats;
}

function canGoOn(state: RunState, lane: Lane, now: number): boolean {
  if (lane.stopped !== undefined) return lane.due.length > 0 || peek(state, lane) !== undefined;
  const hasSlot = state.inFlight < state.options.concurrency && hasRoom(lane, now);
  if (lane.due.length > 0) return hasSlot;
  const job = mayStartNew(lane) ? peek(state, lane) : undefined;
  if (job === undefined) return false;
  return hasSlot || isAnswered(state, lane, job);
}

function peek(state: RunState, lane: Lane): Job | undefined {
  lane.next ??= newJob(state, lane);
  return lane.next;
}

function newJob(state: RunState, lane: Lane): Job | undefined {
  const item = state.window.at(lane.position);
  if (item === undefined) return undefined;
  const { model, repeat } = lane;
  const { messages, task } = item;
  const request = { messages, parameters: model.parameters, task: task.name, case: item.case, repeat };
  const key = requestKey(model, messages, repeat);
  return {
    item,
    request,
    requestKey: key,
    mostUsd: mostUsdOfSample(lane, { messages, fields: item.case.fields }),
    attempts: 0,
    waitingSince: item.readAt,
    queuedMs: 0,
  };
}

function sampleId(lane: Lane, job: Job): SampleId {
  return {
    task: job.request.task,
    caseId: job.request.case.id,
    target: lane.model.name,
    repeat: job.request.repeat,
  };
}

function isAnswered(state: RunState, lane: Lane, job: Job): boolean {
  return state.ports.answered?.has(sampleId(lane, job), job.requestKey) ?? false;
}

function startNext(state: RunState, lane: Lane): void {
  const retried = lane.due.shift();
  const job = retried ?? lane.next;
  if (job === undefined) return;
  if (retried === undefined) {
    advance(lane);
    state.window.dropBefore(Math.min(...state.lanes.map(({ position }) => position)));
  }
  const { answered } = state.ports;
  if (answered !== undefined && isAnswered(state, lane, job)) {
    const id = sampleId(lane, job);
    settle(state, async () =>
      emit(state, job, { sample: await answered.read(id, job.requestKey), origin: "journal" }),
    );
  } else if (lane.stopped !== undefined) finish(state, lane, job, { kind: "failed", failure: lane.stopped });
  else void attempt(state, lane, job);
}

/** Runs work on a sample that needs no slot; a fault in it ends the run. */
function settle(state: RunState, work: () => Promise<void>): void {
  state.settling += 1;
  work()
    .catch((error: unknown) => failRun(state, error))
    .finally(() => {
      state.settling -= 1;
      pump(state);
    });
}

async function attempt(state: RunState, lane: Lane, job: Job): Promise<void> {
  const { clock, cache, purse } = state.ports;
  state.inFlight += 1;
  lane.running += 1;
  const held = { usd: job.mostUsd, calls: lane.stepsBound?.calls ?? 1 };
  holdMoney(purse, held.usd, held.calls);
  const bill = startBill(held.usd / held.calls, lane.priceOf);
  try {
    const hit = lane.usesCache && job.attempts === 0 ? await cache?.get(job.requestKey) : undefined;
    job.queuedMs += clock.now() - job.waitingSince;
    if (hit !== undefined) {
      finish(state, lane, job, { kind: "answered", answer: hit }, true);
      return;
    }
    job.attempts += 1;
    const outcome = await askOnce(state, lane, job, bill);
    // After a cut-off what comes back is our own abort, not the model's word.
    if (!state.isCutOff) conclude(state, lane, job, outcome);
  } catch (error) {
    failRun(state, error);
  } finally {
    settleCalls(purse, held, bill.total());
    state.inFlight -= 1;
    lane.running -= 1;
    pump(state);
  }
}

/** One call, or the calls of a workflow, which opens the bill for each by itself. */
async function askOnce({ calls }: RunState, lane: Lane, { request }: Job, bill: Bill): Promise<Outcome> {
  const { model, backend, stepsBound } = lane;
  const { timeoutMs } = model.settings;
  if (stepsBound !== undefined) return calls.ask(backend, { ...request, bill: bill.open }, timeoutMs);
  const close = bill.open(model.name);
  const outcome = await calls.ask(backend, request, timeoutMs);
  close(outcome);
  return outcome;
}

function conclude(state: RunState, lane: Lane, job: Job, outcome: Outcome): void {
  if (outcome.kind !== "failed") {
    noteAnswer(lane);
    finish(state, lane, job, outcome);
    return;
  }
  const { failure } = outcome;
  const { clock, random } = state.ports;
  noteOverload(lane, failure, clock.now());
  const { maxAttempts } = lane.model.settings;
  const decision = decideRetry({ failure, attempts: job.attempts, maxAttempts }, random);
  if (decision.kind === "retry") {
    if (isStopping(state)) return;
    if (lane.stopped === undefined) {
      if (decision.wholeModel) hold(state, lane, decision.waitMs, failure);
      void waitForRetry(state, lane, job, decision.waitMs);
      return;
    }
  }
  const isPaused = decision.kind === "pause" || noteFailure(lane, failure);
  if (isPaused) pauseLane(state, lane, decision.kind === "retry" ? failure : decision.failure);
  finish(state, lane, job, {
    kind: "failed",
    failure: decision.kind === "retry" ? failure : decision.failure,
  });
}

function hold(state: RunState, lane: Lane, waitMs: number, failure: Failure): void {
  const { clock } = state.ports;
  const until = clock.now() + waitMs;
  if (until <= lane.holdUntil) return;
  // One notice for one wait: the other calls of the wave only move its end a little.
  if (clock.now() >= lane.holdUntil) {
    state.events.push({ kind: "waiting", model: lane.model.name, untilMs: until, reason: failure.message });
  }
  lane.holdUntil = until;
  clock.sleep(waitMs, state.stopping.signal).then(
    () => pump(state),
    () => undefined,
  );
}

async function waitForRetry(state: RunState, lane: Lane, job: Job, waitMs: number): Promise<void> {
  const { clock } = state.ports;
  job.waitingSince = clock.now();
  lane.waiting += 1;
  try {
    await clock.sleep(waitMs, state.stopping.signal);
    lane.due.push(job);
  } catch {
    // The run is stopping: the sample stays unanswered and is asked on resume.
  } finally {
    lane.waiting -= 1;
    pump(state);
  }
}

function pauseLane(state: RunState, lane: Lane, failure: Failure): void {
  if (lane.stopped !== undefined) return;
  lane.stopped = failure;
  state.events.push({ kind: "paused", model: lane.model.name, failure });
}

/** The end of a sample: into the journal first, then to everybody else. */
function finish(state: RunState, lane: Lane, job: Job, outcome: Outcome, cached = false): void {
  const at = new Date(state.ports.clock.wall()).toISOString();
  const sample = {
    ...sampleId(lane, job),
    requestKey: job.requestKey,
    attempts: job.attempts,
    outcome,
    queuedMs: job.queuedMs,
    cached,
    at,
  };
  settle(state, async () => {
    await state.ports.journal.append(sample);
    emit(state, job, { sample, origin: cached ? "cache" : "asked" });
    if (outcome.kind === "failed") noteBail(state);
    if (outcome.kind === "answered" && !cached && lane.usesCache) {
      await state.ports.cache?.put(job.requestKey, outcome.answer);
    }
  });
}

function noteBail(state: RunState): void {
  state.failed += 1;
  const { bail } = state.options;
  if (bail !== undefined && state.failed >= bail) stopRun(state, "bail");
}

type SampleEvent = Extract<RunEvent, { kind: "sample" }>;

function emit(
  state: RunState,
  { item }: Job,
  { sample, origin }: Pick<SampleEvent, "sample" | "origin">,
): void {
  state.events.push({ kind: "sample", sample, task: item.task, case: item.case, origin });
  state.wake();
}
