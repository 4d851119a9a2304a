import { setTimeout as delay } from "node:timers/promises";
import type { Clock } from "../domain/ports.ts";
import { watchLoop } from "./loop-watch.ts";

/** The machine's own time: durations monotonic, dates from the wall clock. */
export const systemClock: Clock = {
  now: () => performance.now(),
  lateMs: watchLoop(() => performance.now()),
  wall: () => Date.now(),
  sleep: async (ms, signal) => {
    await delay(ms, undefined, signal === undefined ? {} : { signal });
  },
};
