import type { Model } from "../domain/model.ts";
import type { Answer } from "../domain/outcome.ts";
import type { Request } from "../domain/ports.ts";
import type { SampleId } from "../domain/sample.ts";
import { suffices } from "./budget.ts";
import type { WindowCase } from "./case-window.ts";
import { mayHaveSteps } from "./kept-steps.ts";
import { advance, hasRoom, type Job, type Lane, mayStartNew } from "./lane.ts";
import type { Need } from "./pace.ts";
import { requestKey } from "./request-key.ts";
import { failRun, isStopping, type RunState, stopRun } from "./run-state.ts";
import { mostUsdOfSample } from "./workflow-bound.ts";

/** What a model may do now: its next sample, and what that needs. */
export interface Choice {
  readonly lane: Lane;
  readonly job: Job;
  /**
   * `call` sends it; `settle` ends it without a call: it is answered already, by the cache too, or the model is given
   * up or asked elsewhere. That needs no slot, no permit of the server and no money.
   */
  readonly what: "call" | "settle";
}

/** Of the models that can go on, the one that is furthest behind: models stay side by side in time. O(models). */
export function pick(state: RunState): Choice | undefined {
  const now = state.ports.clock.now();
  let best: Choice | undefined;
  for (const lane of state.lanes) {
    const choice = choiceOf(state, lane, now);
    if (choice === undefined) continue;
    if (best === undefined || progress(lane) < progress(best.lane)) best = choice;
  }
  return best === undefined || isAffordable(state, best) ? best : undefined;
}

function progress(lane: Lane): number {
  return lane.position + lane.repeat / lane.model.settings.repeats;
}

function choiceOf(state: RunState, lane: Lane, now: number): Choice | undefined {
  if (isStopping(state)) return choiceWithoutCall(state, lane);
  const due = lane.due[0];
  if (due !== undefined) {
    const what = mayCall(lane) ? "call" : "settle";
    return what === "settle" || maySend(state, lane, due, now) ? { lane, job: due, what } : undefined;
  }
  if (lane.stopped === undefined && !mayStartNew(lane)) return undefined;
  const job = peek(state, lane);
  if (job === undefined) return undefined;
  if (needsNoCall(lane, job)) return { lane, job, what: "settle" };
  return maySend(state, lane, job, now) ? { lane, job, what: "call" } : undefined;
}

/** Once nothing more is sent: samples that would need a call are passed over, and asked by a resumed run. */
function choiceWithoutCall(state: RunState, lane: Lane): Choice | undefined {
  for (let job = peek(state, lane); job !== undefined; job = peek(state, lane)) {
    if (needsNoCall(lane, job) || mayHaveSteps(state, lane)) return { lane, job, what: "settle" };
    moveOn(state, lane);
  }
  return undefined;
}

function needsNoCall(lane: Lane, job: Job): boolean {
  return job.isAnswered || job.hit !== undefined || !mayCall(lane);
}

/** Leaves the next sample of a model behind. */
export function moveOn(state: RunState, lane: Lane): void {
  advance(lane);
  state.window.dropBefore(Math.min(...state.lanes.map(({ position }) => position)));
}

/** Whether a sample without an answer is asked: not of a model that is given up, or that is asked elsewhere. */
function mayCall({ stopped, decided }: Lane): boolean {
  return stopped === undefined && decided === undefined;
}

function hasSlot(state: RunState, lane: Lane, now: number): boolean {
  return state.inFlight < state.options.concurrency && hasRoom(lane, now);
}

/** What waits for no permit but those that are overdrawn. */
const NO_CALL: Need = { requests: 0, tokens: 0 };

/** Whether a slot and the server's limits allow the call now; where only the limits do not, notes when they will. */
function maySend(state: RunState, lane: Lane, job: Job, now: number): boolean {
  if (!hasSlot(state, lane, now)) return false;
  // Another model of a workflow may not be asked at all: it holds samples back only where calls wait for it already.
  const asked = lane.model.workflow === undefined ? undefined : lane.asked;
  const others = [...(asked?.values() ?? [])].map(({ pace }) => pace.wait(NO_CALL, now));
  const wait = Math.max(lane.pace.wait(job.need, now), ...others);
  if (wait <= 0) return true;
  state.nextPermitAt = Math.min(state.nextPermitAt, now + wait);
  return false;
}

/**
 * Whether the budget suffices for the next call whatever it costs. Where it does not, the other models wait as well: a
 * cheap model that went on alone would leave cases without their pair. A call that ends may give something back; once
 * none is left to end, the run stops.
 */
function isAffordable(state: RunState, { job, what }: Choice): boolean {
  const { purse } = state.ports;
  if (what !== "call" || suffices(purse, job.mostUsd, job.mostCalls)) return true;
  if (purse.heldCalls === 0) {
    purse.refusedUsd = job.mostUsd;
    stopRun(state, "budget");
  }
  return false;
}

function peek(state: RunState, lane: Lane): Job | undefined {
  lane.next ??= newJob(state, lane);
  return lane.next;
}

function newJob(state: RunState, lane: Lane): Job | undefined {
  const item = state.window.at(lane.position);
  if (item === undefined) return undefined;
  const { model, repeat } = lane;
  const { messages, turns, task } = item;
  const parameters = model.parameters;
  const request = { messages, parameters, task: task.name, case: item.case, repeat, turns };
  const key =
    turns === undefined ? requestKey(model, messages, repeat) : conversationKey(model, item, repeat);
  const isAnswered = state.ports.answered?.has(sampleId(lane, request), key) ?? false;
  return {
    item,
    request,
    requestKey: key,
    mostUsd: mostUsdOfSample(lane, { messages, fields: item.case.fields, turns }),
    mostCalls: turns?.length ?? lane.stepsBound?.calls ?? 1,
    need: { requests: 1, tokens: lane.forecast.expected(messages) },
    isAnswered,
    hit: isAnswered || !lane.usesCache ? undefined : lookUp(state, key),
    attempts: 0,
    turnedDown: 0,
    waitingSince: item.readAt,
    queuedMs: 0,
  };
}

/** A cache that cannot be read ends the run. */
function lookUp(state: RunState, key: string): Answer | undefined {
  try {
    return state.ports.cache?.get(key);
  } catch (error) {
    failRun(state, error);
    return undefined;
  }
}

function conversationKey(model: Model, { messages, turns = [] }: WindowCase, repeat: number): string {
  const said = turns.map(({ text }) => ({ role: "user" as const, content: text }));
  return requestKey(model, [...messages, ...said.slice(1)], repeat, "conversation");
}

/** Which sample a request asks. */
export function sampleId(lane: Lane, request: Request): SampleId {
  return {
    task: request.task,
    caseId: request.case.id,
    target: lane.model.name,
    repeat: request.repeat,
  };
}
