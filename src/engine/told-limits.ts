import type { ToldLimit } from "../domain/ports.ts";
import { type Bucket, levelAt } from "./bucket.ts";

/** Our picture of one limit of a server: its bucket as it last told, less what was sent since. */
export interface Mirror {
  bucket: Bucket | undefined;
  /** Nothing is left before this moment, ms. */
  emptyUntil: number;
}

export function newMirror(): Mirror {
  return { bucket: undefined, emptyUntil: Number.NEGATIVE_INFINITY };
}

/** What a server told about a limit, and what it could not know yet. */
export interface Told {
  readonly limit: ToldLimit;
  /** Taken by the calls that were sent after the one that it answers. */
  readonly sentSince: number;
  readonly now: number;
}

const MINUTE_MS = 60_000;
/** Limits of a day refill this slowly or slower. */
const LONG_WINDOW_MS = 10 * MINUTE_MS;
/** A reset further away than this is no reason to hold everything back: the next answer may say otherwise. */
const LONGEST_HOLD_MS = 300_000;

/**
 * Takes over what the server says. Where it names its limit, the bucket refills by it in a minute, or in as long as
 * the reset implies (OpenAI: the time until the bucket is full again) where that is much longer. Without a limit, only
 * an empty bucket says something: nothing goes out before its reset.
 */
export function hear(mirror: Mirror, { limit: told, sentSince, now }: Told): void {
  const { limit, remaining, resetMs } = told;
  const left = remaining - sentSince;
  if (limit === undefined || limit <= 0) {
    if (remaining < 1 && resetMs !== undefined) mirror.emptyUntil = now + Math.min(resetMs, LONGEST_HOLD_MS);
    return;
  }
  mirror.bucket = {
    capacity: limit,
    perMs: limit / windowMs(limit, remaining, resetMs),
    level: left,
    at: now,
  };
}

function windowMs(limit: number, remaining: number, resetMs: number | undefined): number {
  const used = limit - remaining;
  if (resetMs === undefined || used <= 0) return MINUTE_MS;
  const implied = (resetMs * limit) / used;
  return implied > LONG_WINDOW_MS ? implied : MINUTE_MS;
}

/** Until the server has room for `amount`, ms. */
export function mirrorWait({ bucket, emptyUntil }: Mirror, amount: number, now: number): number {
  const empty = Math.max(0, emptyUntil - now);
  if (bucket === undefined) return empty;
  const missing = Math.min(amount, bucket.capacity) - levelAt(bucket, now);
  return Math.max(empty, missing <= 0 ? 0 : missing / bucket.perMs);
}
