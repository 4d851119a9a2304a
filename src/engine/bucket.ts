/**
 * Permits that refill at a steady rate up to a capacity (token bucket; Turner 1986). The level may be below zero: what
 * was taken beyond it has to refill first.
 */
export interface Bucket {
  readonly capacity: number;
  readonly perMs: number;
  level: number;
  /** When `level` was true, ms. */
  at: number;
}

/** A bucket that spreads evenly what a minute allows: at once only what `catchUpMs` of it allow, or one. */
export function evenBucket(perMinute: number, catchUpMs: number, now: number): Bucket {
  const perMs = perMinute / 60_000;
  const capacity = Math.max(1, perMs * catchUpMs);
  return { capacity, perMs, level: capacity, at: now };
}

export function levelAt({ capacity, perMs, level, at }: Bucket, now: number): number {
  return Math.min(capacity, level + Math.max(0, now - at) * perMs);
}

/** Takes permits, whether they are there or not; a negative amount gives back. */
export function take(bucket: Bucket, amount: number, now: number): void {
  bucket.level = levelAt(bucket, now) - amount;
  bucket.at = now;
}

/** Until `amount` may be taken, ms; an amount above the capacity needs a full bucket. */
export function waitFor(bucket: Bucket, amount: number, now: number): number {
  const missing = Math.min(amount, bucket.capacity) - levelAt(bucket, now);
  // Refilling by fractions leaves sums a hair below what they should be.
  return missing <= 1e-9 * bucket.capacity ? 0 : missing / bucket.perMs;
}
