import type { Model, Price } from "../domain/model.ts";
import type { Failure } from "../domain/outcome.ts";
import type { Backend, Request } from "../domain/ports.ts";
import type { CostBound } from "./budget.ts";
import type { WindowCase } from "./case-window.ts";
import { countsTowardsPause, FAILURES_BEFORE_PAUSE } from "./retry.ts";
import type { StepsBound } from "./workflow-bound.ts";

/** One sample on its way. */
export interface Job {
  readonly item: WindowCase;
  readonly request: Request;
  readonly requestKey: string;
  /** The most that one attempt can cost; 0 in a run without a budget in USD. */
  readonly mostUsd: number;
  attempts: number;
  /** Since when it waits, ms on the monotonic clock. */
  waitingSince: number;
  queuedMs: number;
}

/** The state of one model during a run. */
export interface Lane {
  readonly model: Model;
  readonly backend: Backend;
  readonly usesCache: boolean;
  /** `undefined` in a run without a budget in USD. */
  readonly costBound: CostBound | undefined;
  /** `undefined` where a sample is one call. */
  readonly stepsBound: StepsBound | undefined;
  /** What a call of its samples costs by: its own, or that of another model that its workflow asks. */
  priceOf(model: string): Price | undefined;
  /** Position in the case stream and repeat of the next sample. */
  position: number;
  repeat: number;
  /** The next sample, once looked at. */
  next: Job | undefined;
  /** Samples whose wait is over. */
  readonly due: Job[];
  /** Samples that wait for another attempt. */
  waiting: number;
  running: number;
  /** Calls that may be in flight now: falls when the server is overloaded, rises back with every answer. */
  limit: number;
  limitCutAt: number;
  /** Nothing is sent before this moment, ms. */
  holdUntil: number;
  isWarming: boolean;
  failuresInRow: number;
  /** Why nothing more is asked. */
  stopped: Failure | undefined;
}

/** A model at the start of a phase. */
export function newLane(
  fixed: Pick<Lane, "model" | "backend" | "usesCache" | "priceOf" | "costBound" | "stepsBound">,
): Lane {
  return {
    ...fixed,
    position: 0,
    repeat: 0,
    next: undefined,
    due: [],
    waiting: 0,
    running: 0,
    limit: fixed.model.settings.concurrency,
    limitCutAt: Number.NEGATIVE_INFINITY,
    holdUntil: Number.NEGATIVE_INFINITY,
    isWarming: false,
    failuresInRow: 0,
    stopped: undefined,
  };
}

/** Moves on to the next repeat, or the next case. */
export function advance(lane: Lane): void {
  lane.next = undefined;
  lane.repeat += 1;
  if (lane.repeat < lane.model.settings.repeats) return;
  lane.repeat = 0;
  lane.position += 1;
}

const CUT_PAUSE_MS = 1000;

/** Additive increase: one more call in flight after each round of answers. */
export function noteAnswer(lane: Lane): void {
  lane.failuresInRow = 0;
  lane.limit = Math.min(lane.model.settings.concurrency, lane.limit + 1 / lane.limit);
}

/** Multiplicative decrease, at most once a second: the calls of one wave all tell the same thing. */
export function noteOverload(lane: Lane, failure: Failure, now: number): void {
  if (failure.code !== "rate-limited" && failure.code !== "overloaded") return;
  if (now - lane.limitCutAt < CUT_PAUSE_MS) return;
  lane.limitCutAt = now;
  lane.limit = Math.max(1, lane.limit / 2);
}

/** Counts a sample that failed for good; true when the model has failed too often in a row. */
export function noteFailure(lane: Lane, failure: Failure): boolean {
  if (!countsTowardsPause(failure)) return false;
  lane.failuresInRow += 1;
  return lane.failuresInRow >= FAILURES_BEFORE_PAUSE;
}

/** Whether a call may be sent now. */
export function hasRoom(lane: Lane, now: number): boolean {
  return !lane.isWarming && now >= lane.holdUntil && lane.running < Math.floor(lane.limit);
}

/** Whether a new sample may be started: those that wait for another attempt come first, and are bounded. */
export function mayStartNew(lane: Lane): boolean {
  return lane.due.length === 0 && lane.waiting < lane.model.settings.concurrency;
}
