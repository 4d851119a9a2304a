import type { Clock } from "../domain/ports.ts";
import { ASLEEP_MS } from "./listening-limit.ts";

/** Something that has to end by some moment, which may move. */
export interface Due {
  /** Ms on the monotonic clock; infinite once it has ended. */
  dueAt(): number;
  /** This process could not listen for a while up to now: the wait goes on. */
  goOn(lateMs: number): void;
  expire(): void;
}

/** The deadlines of many calls, by one timer: it rings when the first may be due, and looks at all of them. */
export interface Deadlines {
  watch(due: Due): void;
  forget(due: Due): void;
}

/** The longest that a timer of Node waits. */
const LONGEST_MS = 2 ** 31 - 1;

/**
 * Nothing to watch yet. As with a `listeningLimit`, time in which this process could not listen is waited again, and
 * what has come is read before a wait counts as in vain. Keeps the process alive while something is watched.
 */
export function startDeadlines(clock: Pick<Clock, "now" | "lateMs">): Deadlines {
  const watched = new Set<Due>();
  let timer: NodeJS.Timeout | undefined;
  let ringsAt = Number.POSITIVE_INFINITY;
  const ringAt = (moment: number) => {
    clearTimeout(timer);
    ringsAt = moment;
    timer = setTimeout(ring, Math.min(LONGEST_MS, Math.ceil(moment - clock.now())));
  };
  const ring = () => {
    ringsAt = Number.POSITIVE_INFINITY;
    const at = clock.now();
    const lateMs = clock.lateMs?.(at) ?? 0;
    if (lateMs > ASLEEP_MS) for (const due of watched) if (due.dueAt() <= at) due.goOn(lateMs);
    // Timers come before sockets in a turn of the loop: one turn reads what is there.
    setImmediate(look);
  };
  const look = () => {
    const at = clock.now();
    let next = Number.POSITIVE_INFINITY;
    for (const due of watched) {
      const moment = due.dueAt();
      if (moment > at) next = Math.min(next, moment);
      else {
        watched.delete(due);
        due.expire();
      }
    }
    if (next < ringsAt) ringAt(next);
  };
  return {
    watch: (due) => {
      watched.add(due);
      const moment = due.dueAt();
      if (moment < ringsAt) ringAt(moment);
      else if (watched.size === 1) timer?.ref();
    },
    forget: (due) => {
      watched.delete(due);
      if (watched.size === 0) timer?.unref();
    },
  };
}
