import type { Failure, FailureCode } from "../domain/outcome.ts";
import type { Random } from "../domain/ports.ts";

/** What to do after a failed attempt. */
export type RetryDecision =
  /** Ask again after `waitMs`; `wholeModel`: the server asked everybody to wait. */
  | { readonly kind: "retry"; readonly waitMs: number; readonly wholeModel: boolean }
  /** This sample failed for good; others go on. */
  | { readonly kind: "give-up"; readonly failure: Failure }
  /** Nothing more can come from this model in this run. */
  | { readonly kind: "pause"; readonly failure: Failure };

export interface FailedAttempt {
  readonly failure: Failure;
  /** Attempts made, this one included. */
  readonly attempts: number;
  /** Of these, the ones that the server turned down, or that did not reach it. */
  readonly turnedDown: number;
  readonly maxAttempts: number;
}

/** Longest wait that a server may ask for, ms. */
export const LONGEST_WAIT_MS = 300_000;
/** Samples of a model that fail for good in a row before the rest is not asked. */
export const FAILURES_BEFORE_PAUSE = 20;

const FLOOR_MS = 100;
const BASE_MS = 500;
const OVERLOADED_BASE_MS = 2000;
const BACKOFF_CAP_MS = 60_000;

/** A sample that was turned down is not at fault: this many such attempts count as one. */
const PATIENCE = 5;

/** Failures that come before the model has seen the sample. */
const TURNED_DOWN: ReadonlySet<FailureCode> = new Set(["rate-limited", "overloaded", "unreachable"]);

/** Whether the server turned a call down, or was not there. */
export function isTurnedDown(failure: Failure): boolean {
  return TURNED_DOWN.has(failure.code);
}

/** Faults that the next sample of the same model would meet as well. */
const PERMANENT: ReadonlySet<FailureCode> = new Set(["auth", "quota", "unknown-model"]);

/** Exponential backoff with full jitter (Brooker 2015); `retry-after` is honoured up to 5 min, else the model pauses. */
export function decideRetry(
  { failure, attempts, turnedDown, maxAttempts }: FailedAttempt,
  random: Random,
): RetryDecision {
  if (PERMANENT.has(failure.code)) return { kind: "pause", failure };
  const asked = failure.retryAfterMs;
  if (asked !== undefined && asked > LONGEST_WAIT_MS) {
    const message = `${failure.message} (it asks to wait ${Math.round(asked / 1000)} s, more than ${LONGEST_WAIT_MS / 1000} s)`;
    return { kind: "pause", failure: { ...failure, message, retryable: false } };
  }
  const counted = attempts - turnedDown + Math.floor(turnedDown / PATIENCE);
  if (!failure.retryable || counted >= maxAttempts) return { kind: "give-up", failure };
  const backoffMs = backoff(failure.code, attempts, random);
  if (asked === undefined || asked <= 0) return { kind: "retry", waitMs: backoffMs, wholeModel: false };
  // Jitter on top of what was asked, so that waiting calls do not come back as one wave.
  return { kind: "retry", waitMs: asked + Math.min(backoffMs, 1000), wholeModel: true };
}

function backoff(code: FailureCode, attempts: number, random: Random): number {
  const base = code === "overloaded" ? OVERLOADED_BASE_MS : BASE_MS;
  const ceiling = Math.min(BACKOFF_CAP_MS, base * 2 ** (attempts - 1));
  return FLOOR_MS + random.next() * (ceiling - FLOOR_MS);
}

/** Faults of one sample alone: they say nothing about whether the next one will be answered. */
const OWN_FAULTS: ReadonlySet<FailureCode> = new Set(["context-too-long", "no-recording"]);

/** Whether a sample that failed for good counts towards pausing its model. */
export function countsTowardsPause(failure: Failure): boolean {
  return !OWN_FAULTS.has(failure.code);
}
