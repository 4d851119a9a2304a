import { outcomeCharacters } from "../domain/characters.ts";
import type { Failure, Outcome } from "../domain/outcome.ts";
import type { ToldLimits } from "../domain/ports.ts";
import type { Sample } from "../domain/sample.ts";
import { type Bill, startBill } from "./bill.ts";
import { countFailure } from "./breaker.ts";
import { hold as holdMoney, settleCalls } from "./budget.ts";
import { endedSample } from "./ended-sample.ts";
import { answerOfKeptSteps, mayHaveSteps } from "./kept-steps.ts";
import { type Job, type Lane, noteAnswer, noteFailure, noteOverload } from "./lane.ts";
import { markLate } from "./late-answer.ts";
import type { Ticket } from "./pace.ts";
import { type Choice, moveOn, pick, sampleId } from "./pick.ts";
import { decideRetry, isTurnedDown } from "./retry.ts";
import {
  failRun,
  hasCapacity,
  isEnding,
  isStopping,
  type RunEvent,
  type RunState,
  stopRun,
} from "./run-state.ts";
import { learn, pacedSteps } from "./steps.ts";

/** Starts everything that may start now, and wakes the reader of the events. */
export function pump(state: RunState): void {
  startAll(state);
  state.wake();
}

/** Starts everything that may start now. */
export function startAll(state: RunState): void {
  while (!isEnding(state) && hasCapacity(state)) {
    const choice = pick(state);
    if (choice === undefined) break;
    start(state, choice);
  }
  if (isEnding(state)) return;
  awaitPermit(state);
  state.window.fill(() => pump(state))?.catch((error: unknown) => failRun(state, error));
}

/** Wakes up when the limits of a server allow the next call: one timer for all models. */
function awaitPermit(state: RunState): void {
  const at = state.nextPermitAt;
  state.nextPermitAt = Number.POSITIVE_INFINITY;
  if (at >= state.wakesAt) return;
  state.wakesAt = at;
  const { clock } = state.ports;
  clock.sleep(Math.ceil(at - clock.now()), state.stopping.signal).then(
    () => {
      if (state.wakesAt === at) state.wakesAt = Number.POSITIVE_INFINITY;
      pump(state);
    },
    () => undefined,
  );
}

function start(state: RunState, { lane, job, what }: Choice): void {
  if (lane.due[0] === job) lane.due.shift();
  else moveOn(state, lane);
  // An answer that is there stays one, whatever has become of its model since.
  if (what === "call") void attempt(state, lane, job);
  else if (job.isAnswered) void settle(state, readBack(state, lane, job));
  else if (job.hit !== undefined) {
    job.queuedMs += state.ports.clock.now() - job.waitingSince;
    finish(state, lane, job, { kind: "answered", answer: job.hit }, true);
  } else if (mayHaveSteps(state, lane)) void settle(state, takeUpSteps(state, lane, job));
  else if (lane.stopped !== undefined) finish(state, lane, job, { kind: "failed", failure: lane.stopped });
  else if (lane.decided !== undefined) {
    const outcome = lane.decided(sampleId(lane, job.request));
    job.attempts = outcome.kind === "skipped" ? 0 : 1;
    finish(state, lane, job, outcome);
  }
}

async function takeUpSteps(state: RunState, lane: Lane, job: Job): Promise<void> {
  const outcome = await answerOfKeptSteps(state, lane, job);
  if (state.isCutOff) return;
  if (outcome !== undefined) {
    job.attempts += 1;
    finish(state, lane, job, outcome);
  } else if (lane.stopped !== undefined) finish(state, lane, job, { kind: "failed", failure: lane.stopped });
}

async function readBack(state: RunState, lane: Lane, job: Job): Promise<void> {
  const id = sampleId(lane, job.request);
  const { answered } = state.ports;
  const reading = answered?.read(id, job.requestKey);
  const held = holdDuring(state, answered?.bytes(id, job.requestKey) ?? 0, reading);
  const sample = await reading;
  if (sample === undefined) throw new Error(`sample ${id.task}/${id.caseId} is not in the journal`);
  emit(state, job, { sample, origin: "journal", held });
}

/** Counts a large answer that is worked on, and for how much; what that could not read or keep is scored by nobody. */
function holdDuring({ ports: { intake } }: RunState, characters: number, work?: Promise<unknown>): number {
  const held = intake?.hold(characters) ?? 0;
  if (held > 0) work?.catch(() => intake?.release(held));
  return held;
}

/** Waits for work on a sample that needs no slot; a fault in it ends the run. */
async function settle(state: RunState, work: Promise<void>): Promise<void> {
  state.settling += 1;
  try {
    await work;
  } catch (error) {
    failRun(state, error);
  } finally {
    state.settling -= 1;
    pump(state);
  }
}

/** Asks in a slot of the model; a fault of ours ends the run. */
async function attempt(state: RunState, lane: Lane, job: Job): Promise<void> {
  const { clock, purse } = state.ports;
  const now = clock.now();
  job.queuedMs += now - job.waitingSince;
  job.attempts += 1;
  const ticket = lane.pace.sent(job.need, now);
  const held = { usd: job.mostUsd, calls: job.mostCalls };
  holdMoney(purse, held.usd, held.calls);
  const bill = startBill(held.usd / held.calls, lane.priceOf);
  state.inFlight += 1;
  lane.running += 1;
  try {
    const outcome = await askOnce(state, lane, job, { bill, ticket });
    // After a cut-off what comes back is our own abort, not the model's word.
    if (!state.isCutOff) conclude(state, lane, job, { outcome, ticket });
  } catch (error) {
    failRun(state, error);
  } finally {
    settleCalls(purse, held, bill.total());
    state.inFlight -= 1;
    lane.running -= 1;
    pump(state);
  }
}

/** One call, or the calls of a workflow or a conversation, each within the limits of the model that it asks. */
async function askOnce(
  { calls, ports }: RunState,
  lane: Lane,
  job: Job,
  { bill, ticket }: { readonly bill: Bill; readonly ticket: Ticket },
): Promise<Outcome> {
  const { model, backend, asked, pace } = lane;
  const { request } = job;
  const { clock } = ports;
  const told = (limits: ToldLimits) => pace.told(limits, ticket, clock.now());
  const how = { timeoutMs: model.settings.timeoutMs * (request.turns?.length ?? 1), told };
  if (asked !== undefined && (model.workflow !== undefined || request.turns !== undefined)) {
    const first = { model: model.workflow?.of ?? model.name, ticket };
    const { open, waitedMs } = pacedSteps({ asked, clock, bill, first });
    const outcome = await calls.ask(backend, { ...request, open }, { ...how, waitedMs });
    job.queuedMs += waitedMs();
    return outcome;
  }
  const close = bill.open(model.name);
  const outcome = await calls.ask(backend, request, how);
  close(outcome);
  learn(lane, ticket, { messages: request.messages, outcome, now: clock.now() });
  return outcome;
}

interface Called {
  readonly outcome: Outcome;
  readonly ticket: Ticket;
}

function conclude(state: RunState, lane: Lane, job: Job, { outcome, ticket }: Called): void {
  if (outcome.kind === "failed") {
    afterFailure(state, lane, job, { failure: outcome.failure, ticket });
    return;
  }
  noteAnswer(lane);
  const { clock } = state.ports;
  const now = clock.now();
  const lateMs = clock.lateMs?.(now) ?? 0;
  finish(state, lane, job, markLate(outcome, { lateMs, tookMs: now - ticket.at }));
}

function afterFailure(
  state: RunState,
  lane: Lane,
  job: Job,
  { failure, ticket }: { readonly failure: Failure; readonly ticket: Ticket },
): void {
  const { clock, random } = state.ports;
  const now = clock.now();
  if (isTurnedDown(failure)) job.turnedDown += 1;
  noteOverload(lane, failure, ticket.at, now);
  const { attempts, turnedDown } = job;
  const { maxAttempts } = lane.model.settings;
  const decision = decideRetry({ failure, attempts, turnedDown, maxAttempts }, random);
  if (failure.retryable) countInBreaker(state, lane, failure, ticket.at);
  if (decision.kind === "retry" && isStopping(state)) return;
  if (decision.kind === "retry" && lane.stopped === undefined) {
    if (decision.wholeModel) hold(state, lane, decision.waitMs, failure.message);
    void waitForRetry(state, lane, job, decision.waitMs);
    return;
  }
  const last = decision.kind === "retry" ? failure : decision.failure;
  if (decision.kind === "pause" || noteFailure(lane, last)) pauseLane(state, lane, last);
  finish(state, lane, job, { kind: "failed", failure: last });
}

function countInBreaker(state: RunState, lane: Lane, failure: Failure, sentAt: number): void {
  const step = countFailure(lane.breaker, sentAt, state.ports.clock.now());
  if (step.kind === "give-up") {
    pauseLane(state, lane, {
      ...failure,
      message: `it is given up: no answer for too long. ${failure.message}`,
    });
    return;
  }
  lane.breaker = step.breaker;
  if (step.kind !== "open") return;
  // A server that is back is not met by all the calls that waited for it.
  lane.pace.slowDown(state.ports.clock.now());
  const { failuresInRow } = step.breaker;
  const reason = `${failuresInRow} calls in a row failed; then one tries again. ${failure.message}`;
  hold(state, lane, step.pauseMs, reason);
}

function hold(state: RunState, lane: Lane, waitMs: number, reason: string): void {
  const { clock } = state.ports;
  const until = clock.now() + waitMs;
  if (until <= lane.holdUntil) return;
  // One notice for one wait: the other calls of the wave only move its end a little.
  if (clock.now() >= lane.holdUntil) {
    state.events.push({ kind: "waiting", model: lane.model.name, untilMs: until, reason });
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

/** The end of a sample. */
function finish(state: RunState, lane: Lane, job: Job, outcome: Outcome, cached = false): void {
  const sample = endedSample(lane, job, { outcome, cached, at: state.ports.clock.wall() });
  void settle(state, save(state, lane, job, sample));
}

/** Into the journal first, then to everybody else. */
async function save(state: RunState, lane: Lane, job: Job, sample: Sample): Promise<void> {
  const { outcome, cached } = sample;
  const appending = state.ports.journal.append(sample);
  const held = holdDuring(state, outcomeCharacters(outcome), appending);
  await appending;
  emit(state, job, { sample, origin: cached ? "cache" : "asked", held });
  if (outcome.kind === "failed") noteBail(state);
  if (outcome.kind === "answered" && !cached && lane.usesCache) {
    await state.ports.cache?.put(job.requestKey, outcome.answer);
  }
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
  { sample, origin, held }: Pick<SampleEvent, "sample" | "origin" | "held">,
): void {
  state.events.push({ kind: "sample", sample, task: item.task, case: item.case, prompt: item, origin, held });
  state.wake();
}
