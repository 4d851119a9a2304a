import { setTimeout as delay } from "node:timers/promises";
import type { Clock } from "../domain/ports.ts";
import { watchLoop } from "./loop-watch.ts";

/** The machine's own time: durations monotonic, dates from the wall clock. */
export const systemClock: Clock = {
  now: () => performance.now(),
  lateMs: watchLoop(() => performance.now()),
  wall: () => Date.now(),
  sleep: async (ms, signal) => {
    const until = performance.now() + ms;
    // Node counts a timer from the start of the turn that sets it, in whole milliseconds: it may come early.
    for (let left = ms; left > 0; left = until - performance.now())
      await delay(Math.ceil(left), undefined, signal === undefined ? {} : { signal });
  },
};
