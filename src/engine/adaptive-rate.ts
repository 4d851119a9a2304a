import { type Bucket, evenBucket, levelAt } from "./bucket.ts";

/**
 * A rate that was found out by being turned down: cut at once, raised slowly (additive increase, multiplicative
 * decrease; Chiu and Jain 1989), with a quick start up to the rate that is believed to be good (Jacobson 1988).
 */
export interface AdaptiveRate {
  readonly perSecond: number;
  /** Up to here the rate grows fivefold each second; above it grows by a twentieth of this a second. */
  readonly threshold: number;
  readonly bucket: Bucket;
  readonly cutAt: number;
  /** Something was answered since. */
  readonly hasAnswered: boolean;
}

/** How fast calls went out and came back before they were turned down. */
export interface RecentRates {
  readonly sent: number;
  readonly answered: number;
}

const CUT = 0.8;
const GROWTH = 0.05;
/** So long after a cut what was good then is old news: from here the rate itself grows by a tenth a second. */
const QUIET_MS = 10_000;
const QUIET_GROWTH = 0.1;
/** Calls a second that each answer adds below the threshold. */
const QUICK_STEP = 4;
/** Sends of this long are made up for after a late timer, ms: a wait leaves no wave behind. */
const CATCH_UP_MS = 20;
/** Slowest rate: one call a second finds out when the server is back. */
const SLOWEST = 1;

/** The rate after a call was turned down. */
export function cutRate(
  before: AdaptiveRate | undefined,
  { sent, answered }: RecentRates,
  now: number,
): AdaptiveRate {
  // Turned down again before anything was answered: one at a time, but no news about what the server can do.
  if (before !== undefined && !before.hasAnswered)
    return rateOf({ perSecond: SLOWEST, threshold: before.threshold }, now);
  const reached = before === undefined ? answered : Math.min(answered, before.perSecond);
  const perSecond = Math.max(SLOWEST, CUT * reached);
  // Few answers may also mean that little was asked of late: what was good before is not forgotten at once.
  const known = before === undefined ? sent / 2 : before.threshold / 2;
  const threshold = reached > SLOWEST && before === undefined ? perSecond : Math.max(perSecond, known);
  return rateOf({ perSecond, threshold }, now);
}

/** The rate after an answer. */
export function raiseRate(before: AdaptiveRate, now: number): AdaptiveRate {
  const { perSecond, threshold } = before;
  const raised = rateOf({ perSecond: perSecond + stepOf(before, now), threshold }, before.cutAt);
  const bucket = { ...raised.bucket, level: levelAt(before.bucket, now), at: now };
  return { ...raised, bucket, hasAnswered: true };
}

/** What one answer adds. */
function stepOf({ perSecond, threshold, cutAt }: AdaptiveRate, now: number): number {
  if (perSecond < threshold) return Math.min(QUICK_STEP, threshold - perSecond);
  const slow = (GROWTH * threshold) / perSecond;
  return now - cutAt < QUIET_MS ? slow : Math.max(slow, QUIET_GROWTH);
}

/** A rate as it is just after a cut: the next call waits its turn. */
function rateOf(
  { perSecond, threshold }: Pick<AdaptiveRate, "perSecond" | "threshold">,
  cutAt: number,
): AdaptiveRate {
  const bucket = { ...evenBucket(perSecond * 60, CATCH_UP_MS, cutAt), level: 0 };
  return { perSecond, threshold, bucket, cutAt, hasAnswered: false };
}
