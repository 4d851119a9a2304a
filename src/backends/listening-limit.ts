import type { Clock } from "../domain/ports.ts";

/** How late this process has to be for a wait to count as not listened to, ms. */
export const ASLEEP_MS = 50;

/** A limit on a wait for something outside of this process. */
export interface ListeningLimit {
  /** The wait begins anew: something came. */
  restart(): void;
  /** There is nothing to wait for any more. */
  end(): void;
}

/**
 * Calls `expire` after `ms` in which this process could hear of what it waits for. Time in which the machine slept, or
 * had no time for this process, is waited again, and what has come is read before a wait counts as in vain.
 */
export function listeningLimit(
  ms: number,
  clock: Pick<Clock, "now" | "lateMs">,
  expire: () => void,
): ListeningLimit {
  let restarts = 0;
  let hasEnded = false;
  let again: NodeJS.Timeout | undefined;
  const due = () => {
    const before = restarts;
    const lateMs = clock.lateMs?.(clock.now()) ?? 0;
    if (lateMs > ASLEEP_MS) {
      again = setTimeout(due, Math.min(lateMs, ms));
      return;
    }
    // Timers come before sockets in a turn of the loop: one turn reads what is there.
    setImmediate(() => {
      if (!hasEnded && restarts === before) expire();
    });
  };
  const timer = setTimeout(due, ms);
  return {
    restart: () => {
      restarts += 1;
      clearTimeout(again);
      timer.refresh();
    },
    end: () => {
      hasEnded = true;
      clearTimeout(timer);
      clearTimeout(again);
    },
  };
}

/** A signal that aborts once a `listeningLimit` is over, or when `signal` does. Call `end` when nobody listens any more. */
export function listeningSignal(
  ms: number,
  clock: Pick<Clock, "now" | "lateMs">,
  signal: AbortSignal,
): { readonly signal: AbortSignal; readonly end: () => void } {
  const over = new AbortController();
  const limit = listeningLimit(ms, clock, () => over.abort());
  return { signal: AbortSignal.any([signal, over.signal]), end: limit.end };
}
