import { setMaxListeners } from "node:events";
import type { CaseStream } from "../domain/dataset.ts";
import type { Model } from "../domain/model.ts";
import type { Clock } from "../domain/ports.ts";
import { renderPrompt } from "../domain/prompt.ts";
import type { AskedCase } from "./ask-order.ts";
import { costBound } from "./budget.ts";
import { SLACK_MS, startCalls } from "./calls.ts";
import { type CaseWindow, caseWindow, type WindowCase } from "./case-window.ts";
import { pump, startAll } from "./dispatch.ts";
import { type Lane, newLane } from "./lane.ts";
import { parts } from "./parts.ts";
import type { Plan } from "./plan.ts";
import {
  failRun,
  isEnding,
  isStopping,
  mostAhead,
  phasesOf,
  type RunEvent,
  type RunOptions,
  type RunPorts,
  type RunState,
  stopRun,
} from "./run-state.ts";
import { sharedPace } from "./shared-pace.ts";
import { tokenForecast } from "./token-forecast.ts";
import { dearest, stepsBound } from "./workflow-bound.ts";

export interface RunInput {
  readonly plan: Plan;
  readonly ports: RunPorts;
  readonly options: RunOptions;
}

const SWEEP_MS = 1000;

/**
 * Asks every sample of the plan that has no answer yet, and yields what has happened since the last time, to be taken
 * one after the other. A sample is in the journal before it is yielded. Stops dispatching when the signal aborts, when
 * the reader does not keep up, or at the first fault of storage, which is thrown once the calls in flight have ended.
 */
export async function* runSamples({ plan, ports, options }: RunInput): AsyncGenerator<Iterable<RunEvent>> {
  const state = newState(ports, options);
  const over = new AbortController();
  const onSignal = () => void interrupt(state, over.signal);
  const onFreed = () => pump(state);
  const { usd, calls } = ports.purse.budget;
  ports.signal.addEventListener("abort", onSignal);
  ports.intake?.freed.add(onFreed);
  // Nobody waits for what there is no end of.
  if (usd !== undefined || calls !== undefined) ports.purse.freed.add(onFreed);
  if (ports.signal.aborted) onSignal();
  const onDecided = () => stopRun(state, "decided");
  ports.decided?.addEventListener("abort", onDecided);
  void expireCalls(state, over.signal);
  try {
    const phases = phasesOf(plan.models, ports.models);
    for await (const cases of parts(plan, phases.length)) {
      for (const models of phases) {
        if (isEnding(state)) break;
        yield* runPhase(state, cases, models);
      }
      if (isEnding(state)) break;
    }
    yield unread(state);
    if (state.fault !== undefined) throw state.fault.error;
  } finally {
    ports.signal.removeEventListener("abort", onSignal);
    ports.purse.freed.delete(onFreed);
    ports.intake?.freed.delete(onFreed);
    ports.decided?.removeEventListener("abort", onDecided);
    over.abort();
    state.isCutOff = true;
    state.stopReason = "interrupted";
    state.stopping.abort();
    state.calls.abortAll();
    await state.window.close();
  }
}

async function* runPhase(
  state: RunState,
  cases: () => CaseStream<AskedCase>,
  models: readonly Model[],
): AsyncGenerator<Iterable<RunEvent>> {
  state.lanes = models.map((model) => nextLane(state, model));
  state.window = caseWindow(rendered(cases(), state.ports.clock), mostAhead(state.options));
  if (!isStopping(state)) for (const lane of state.lanes) warmUp(state, lane);
  for (;;) {
    const woken = new Promise<void>((resolve) => {
      state.wake = resolve;
    });
    startAll(state);
    if (state.events.length > 0) yield unread(state);
    if (isOver(state)) break;
    if (state.events.length === 0) await woken;
  }
  await state.window.close();
}

/** What waits for the reader, until nothing does: each makes room for one more as it is taken. */
function* unread({ events }: RunState): Generator<RunEvent> {
  for (let event = events.shift(); event !== undefined; event = events.shift()) yield event;
}

function isOver(state: RunState): boolean {
  if (state.events.length > 0 || state.settling > 0) return false;
  if (state.inFlight > 0 && !state.isCutOff) return false;
  if (isEnding(state)) return true;
  const isAsked = (lane: Lane) => lane.due.length === 0 && lane.waiting === 0 && lane.running === 0;
  const isSettled = (lane: Lane) => isStopping(state) || isAsked(lane);
  return state.lanes.every((lane) => isSettled(lane) && state.window.isPast(lane.position));
}

function laneOf(state: RunState, model: Model): Lane {
  const bound = state.ports.models.get(model.name);
  if (bound === undefined) throw new Error(`model "${model.name}" is not connected`);
  const { backend, price, longestAnswer, others = [] } = bound;
  const isPriced = state.ports.purse.budget.usd !== undefined;
  const { workflow, settings } = model;
  const own =
    workflow === undefined
      ? model
      : { ...model, settings: { ...settings, timeoutMs: workflow.stepTimeoutMs } };
  const asked = [{ model: own, price, longestAnswer }, ...others];
  const bounds = asked.flatMap((one) =>
    one.price === undefined ? [] : [costBound(one.model, one.price, one.longestAnswer)],
  );
  const longest = Math.max(...asked.map((one) => one.longestAnswer ?? 0));
  const paced = {
    pace: sharedPace(state.paces, model, state.ports.clock.now()),
    forecast: tokenForecast(longestAnswer),
  };
  const prices = new Map(others.map((one) => [one.model.name, one.price]));
  return newLane({
    model,
    backend,
    decided: bound.decided,
    usesCache: bound.cacheable && state.ports.cache !== undefined,
    priceOf: (name) => (prices.has(name) ? prices.get(name) : price),
    costBound: isPriced && bounds.length === asked.length ? dearest(bounds) : undefined,
    stepsBound: workflow === undefined ? undefined : stepsBound(workflow, longest),
    ...paced,
    longestAnswer,
    asked: new Map([
      ...others.map(
        (one) =>
          [
            one.model.name,
            {
              pace: sharedPace(state.paces, one.model, state.ports.clock.now()),
              forecast: tokenForecast(one.longestAnswer),
            },
          ] as const,
      ),
      [workflow?.of ?? model.name, paced],
    ]),
  });
}

/** The lane of a model in another part of the run: what it has learnt stays, and so does a pause. */
function nextLane(state: RunState, model: Model): Lane {
  const before = state.parked.get(model.name);
  if (before === undefined) {
    const lane = laneOf(state, model);
    state.parked.set(model.name, lane);
    return lane;
  }
  return Object.assign(before, { position: 0, repeat: 0, next: undefined });
}

/** A model that does not warm up fails by itself at its first call, with a better reason. */
function warmUp(state: RunState, lane: Lane): void {
  const warming = lane.backend.warmUp?.(state.stopping.signal);
  if (warming === undefined) return;
  lane.isWarming = true;
  warming
    .catch(() => undefined)
    .finally(() => {
      lane.isWarming = false;
      pump(state);
    });
}

async function* rendered(cases: CaseStream<AskedCase>, clock: Clock): AsyncGenerator<Iterable<WindowCase>> {
  for await (const several of cases) yield renderedOnes(several, clock);
}

function* renderedOnes(cases: Iterable<AskedCase>, clock: Clock): Generator<WindowCase> {
  for (const { task, case: item } of cases) {
    const { messages, turns } = renderPrompt(task, item.fields);
    yield { task, case: item, messages, turns, readAt: clock.now() };
  }
}

/** Lets the calls in flight end, for a while. */
async function interrupt(state: RunState, over: AbortSignal): Promise<void> {
  stopRun(state, "interrupted");
  try {
    await state.ports.clock.sleep(state.ports.graceMs, over);
  } catch {
    return;
  }
  state.isCutOff = true;
  state.calls.abortAll();
  state.wake();
}

async function expireCalls(state: RunState, over: AbortSignal): Promise<void> {
  try {
    for (let waitedMs = 0; !over.aborted; ) {
      const from = state.ports.clock.now();
      await state.ports.clock.sleep(SWEEP_MS, over);
      // What this sleep took longer, the machine slept or had no time for this process: no call is to blame.
      const lateMs = state.ports.clock.now() - from - SWEEP_MS;
      const lostMs = lateMs < SLACK_MS ? 0 : lateMs;
      // Nor is it to blame where large answers wait for each other to be read.
      const before = waitedMs;
      waitedMs = state.ports.intake?.waitedMs() ?? 0;
      state.calls.expireLate(lostMs + waitedMs - before);
    }
  } catch (error) {
    if (!over.aborted) failRun(state, error);
  }
}

const NO_CASES: CaseWindow = {
  at: () => undefined,
  isPast: () => true,
  dropBefore: () => undefined,
  fill: () => undefined,
  close: async () => undefined,
};

function newState(ports: RunPorts, options: RunOptions): RunState {
  const stopping = new AbortController();
  // As many samples may wait for another attempt as there are calls in flight: no leak.
  setMaxListeners(0, stopping.signal);
  return {
    ports,
    options,
    calls: startCalls(ports.clock),
    lanes: [],
    window: NO_CASES,
    parked: new Map(),
    events: [],
    paces: ports.paces ?? new Map(),
    nextPermitAt: Number.POSITIVE_INFINITY,
    wakesAt: Number.POSITIVE_INFINITY,
    inFlight: 0,
    settling: 0,
    failed: 0,
    stopReason: undefined,
    fault: undefined,
    isCutOff: false,
    stopping,
    wake: () => undefined,
  };
}
