import { setMaxListeners } from "node:events";
import { setImmediate as turn } from "node:timers/promises";
import type { Clock } from "../../src/domain/ports.ts";

interface Timer {
  readonly at: number;
  readonly ring: () => void;
}

/** Time that passes only when everything waits for it: minutes of a run in milliseconds of a test. */
export function virtualClock() {
  let now = 0;
  const timers = new Set<Timer>();
  const clock: Clock = {
    now: () => now,
    wall: () => now,
    sleep: (ms, signal) =>
      new Promise((resolve, reject) => {
        if (signal?.aborted) {
          reject(new Error("aborted"));
          return;
        }
        const stop = () => {
          if (timers.delete(timer)) reject(new Error("aborted"));
        };
        const ring = () => {
          signal?.removeEventListener("abort", stop);
          resolve();
        };
        const timer = { at: now + Math.max(0, ms), ring };
        timers.add(timer);
        if (signal !== undefined) setMaxListeners(0, signal);
        signal?.addEventListener("abort", stop);
      }),
  };
  /** Lets time pass until the work is done. */
  const drive = async <T>(work: Promise<T>): Promise<T> => {
    let isOver = false;
    const end = () => {
      isOver = true;
    };
    work.then(end, end);
    for (;;) {
      // What is ready runs to its end before time passes: promises first, then what they set off.
      for (let round = 0; round < 3 && !isOver; round += 1) await turn();
      if (isOver) return work;
      const next = [...timers].reduce<Timer | undefined>(
        (first, timer) => (first === undefined || timer.at < first.at ? timer : first),
        undefined,
      );
      if (next === undefined) continue;
      timers.delete(next);
      now = Math.max(now, next.at);
      next.ring();
    }
  };
  return { clock, drive };
}
