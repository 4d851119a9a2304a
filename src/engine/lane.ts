import type { Model, Price } from "../domain/model.ts";
import type { Answer, Failure, Outcome } from "../domain/outcome.ts";
import type { Backend, Request } from "../domain/ports.ts";
import type { SampleId } from "../domain/sample.ts";
import { type Breaker, CLOSED, isTrying } from "./breaker.ts";
import type { CostBound } from "./budget.ts";
import type { WindowCase } from "./case-window.ts";
import type { Need, Pace } from "./pace.ts";
import { countsTowardsPause, FAILURES_BEFORE_PAUSE } from "./retry.ts";
import type { PacedModel } from "./steps.ts";
import type { TokenForecast } from "./token-forecast.ts";
import type { StepsBound } from "./workflow-bound.ts";

/** One sample on its way. */
export interface Job {
  readonly item: WindowCase;
  readonly request: Request;
  readonly requestKey: string;
  /** The most that one attempt can cost; 0 in a run without a budget in USD. */
  readonly mostUsd: number;
  /** The most calls that one attempt can take. */
  readonly mostCalls: number;
  readonly need: Need;
  /** The journal of the run that is resumed has its answer. */
  readonly isAnswered: boolean;
  /** The answer that the cache knows. */
  readonly hit: Answer | undefined;
  attempts: number;
  /** Attempts that the server turned down, or that did not reach it: they tell nothing about this sample. */
  turnedDown: number;
  /** Since when it waits, ms on the monotonic clock. */
  waitingSince: number;
  queuedMs: number;
}

/** What does not change about a model during a run. */
export interface LaneParts {
  readonly model: Model;
  readonly backend: Backend;
  /** Asked elsewhere: the end of a sample that is neither journalled nor cached. */
  readonly decided: ((sample: SampleId) => Outcome) | undefined;
  readonly usesCache: boolean;
  /** `undefined` in a run without a budget in USD. */
  readonly costBound: CostBound | undefined;
  /** `undefined` where a sample is one call. */
  readonly stepsBound: StepsBound | undefined;
  /** In tokens; `undefined` where nothing limits it. */
  readonly longestAnswer: number | undefined;
  /** What a call of its samples costs by: its own, or that of another model that its workflow asks. */
  priceOf(model: string): Price | undefined;
  readonly pace: Pace;
  readonly forecast: TokenForecast;
  /** Every model that a sample of several calls may ask, by name; `undefined` where every sample is one call. */
  readonly asked: ReadonlyMap<string, PacedModel> | undefined;
}

/** The state of one model during a run. */
export interface Lane extends LaneParts {
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
  breaker: Breaker;
  failuresInRow: number;
  /** Why nothing more is asked. */
  stopped: Failure | undefined;
}

/** A model at the start of a phase. */
export function newLane(parts: LaneParts): Lane {
  return {
    ...parts,
    position: 0,
    repeat: 0,
    next: undefined,
    due: [],
    waiting: 0,
    running: 0,
    limit: parts.model.settings.concurrency,
    limitCutAt: Number.NEGATIVE_INFINITY,
    holdUntil: Number.NEGATIVE_INFINITY,
    isWarming: false,
    breaker: CLOSED,
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

/** Additive increase: one more call in flight after each round of answers. */
export function noteAnswer(lane: Lane): void {
  lane.failuresInRow = 0;
  lane.breaker = CLOSED;
  lane.limit = Math.min(lane.model.settings.concurrency, lane.limit + 1 / lane.limit);
}

/**
 * Multiplicative decrease where a server has too much to do: of the calls in flight, as of their rate. Too many
 * requests (429) are a matter of the rate alone: the pace sees to them.
 */
export function noteOverload(lane: Lane, failure: Failure, sentAt: number, now: number): void {
  // The calls that were on their way at the last cut all tell the same thing.
  if (failure.code !== "overloaded" || sentAt <= lane.limitCutAt) return;
  lane.limitCutAt = now;
  lane.limit = Math.max(1, lane.limit / 2);
}

/** Counts a sample that failed for good, by no passing fault; true when too many have in a row. */
export function noteFailure(lane: Lane, failure: Failure): boolean {
  if (failure.retryable || !countsTowardsPause(failure)) return false;
  lane.failuresInRow += 1;
  return lane.failuresInRow >= FAILURES_BEFORE_PAUSE;
}

/** Whether a call may be sent now, as far as this side is concerned. */
export function hasRoom(lane: Lane, now: number): boolean {
  if (lane.isWarming || now < lane.holdUntil) return false;
  return lane.running < (isTrying(lane.breaker) ? 1 : Math.floor(lane.limit));
}

/** Whether a new sample may be started: those that wait for another attempt come first, and are bounded. */
export function mayStartNew(lane: Lane): boolean {
  return lane.due.length === 0 && lane.waiting < lane.model.settings.concurrency;
}
