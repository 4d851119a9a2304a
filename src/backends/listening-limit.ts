import type { Clock } from "../domain/ports.ts";

/** How late this process has to be for a wait to count as not listened to, ms. */
export const ASLEEP_MS = 50;

/**
 * Calls `expire` after `ms` in which this process could hear of what it waits for, unless the returned function is
 * called before. Time in which the machine slept, or had no time for this process, is waited again, and what has come is
 * read before a wait counts as in vain.
 */
export function listeningLimit(
  ms: number,
  clock: Pick<Clock, "now" | "lateMs">,
  expire: () => void,
): () => void {
  let hasEnded = false;
  const due = () => {
    const lateMs = clock.lateMs?.(clock.now()) ?? 0;
    if (lateMs > ASLEEP_MS) {
      timer = setTimeout(due, Math.min(lateMs, ms));
      return;
    }
    // Timers come before sockets in a turn of the loop: one turn reads what is there.
    setImmediate(() => {
      if (!hasEnded) expire();
    });
  };
  let timer = setTimeout(due, ms);
  return () => {
    hasEnded = true;
    clearTimeout(timer);
  };
}

/** A signal that aborts once a `listeningLimit` is over, or when `signal` does. Call `end` when nobody listens any more. */
export function listeningSignal(
  ms: number,
  clock: Pick<Clock, "now" | "lateMs">,
  signal: AbortSignal,
): { readonly signal: AbortSignal; readonly end: () => void } {
  const over = new AbortController();
  const end = listeningLimit(ms, clock, () => over.abort());
  return { signal: AbortSignal.any([signal, over.signal]), end };
}
