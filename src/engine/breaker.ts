/**
 * A circuit breaker (Nygard 2007): after many failed calls in a row nothing is sent for a while, then one call tries
 * whether the server is back. Rather than burning a run on a server that is down, the run waits.
 */
export interface Breaker {
  /** Failed calls since the last answer. */
  readonly failuresInRow: number;
  /** Since when there was no answer, ms; `undefined` where the last call was answered. */
  readonly since: number | undefined;
  /** Pauses since the last answer. */
  readonly pauses: number;
  /** When the last pause ends, ms. */
  readonly openUntil: number;
}

export const CLOSED: Breaker = {
  failuresInRow: 0,
  since: undefined,
  pauses: 0,
  openUntil: Number.NEGATIVE_INFINITY,
};

/** Failed calls in a row after which nothing is sent for a while. */
export const FAILURES_BEFORE_BREAK = 20;
/** Longest time without an answer before the model is given up in this run, ms. */
export const PATIENCE_MS = 120_000;

const FIRST_PAUSE_MS = 2000;
const LONGEST_PAUSE_MS = 30_000;

/** What a failed call does to the breaker. */
export type BreakerStep =
  | { readonly kind: "stay"; readonly breaker: Breaker }
  | { readonly kind: "open"; readonly breaker: Breaker; readonly pauseMs: number }
  /** No answer for too long. */
  | { readonly kind: "give-up" };

/** Counts a failed call, sent at `sentAt`. Those on their way when it opened tell nothing new. */
export function countFailure(breaker: Breaker, sentAt: number, now: number): BreakerStep {
  const since = breaker.since ?? now;
  if (breaker.pauses > 0 && sentAt < breaker.openUntil) return { kind: "stay", breaker };
  const failuresInRow = breaker.failuresInRow + 1;
  if (breaker.pauses === 0 && failuresInRow < FAILURES_BEFORE_BREAK)
    return { kind: "stay", breaker: { ...breaker, failuresInRow, since } };
  if (now - since >= PATIENCE_MS) return { kind: "give-up" };
  const pauseMs = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** breaker.pauses);
  const opened = { failuresInRow, since, pauses: breaker.pauses + 1, openUntil: now + pauseMs };
  return { kind: "open", breaker: opened, pauseMs };
}

/** Whether one call alone tries if the server is back. */
export function isTrying({ pauses }: Breaker): boolean {
  return pauses > 0;
}
