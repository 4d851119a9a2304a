import type { Seat } from "./seat.ts";

/** Seats that are opened when they are first needed, and used again until one is spent. A resource: close it. */
export interface Pool<Job, Result> {
  /** Waits for a free seat; `work` says whether the seat may be used again. */
  use<T>(work: (seat: Seat<Job, Result>) => Promise<{ value: T; isSpent: boolean }>): Promise<T>;
  close(): Promise<void>;
}

/** At most `size` seats are open at once. */
export function createPool<Job, Result>(open: () => Seat<Job, Result>, size: number): Pool<Job, Result> {
  const idle: Seat<Job, Result>[] = [];
  const busy = new Set<Seat<Job, Result>>();
  const queue: (() => void)[] = [];
  let free = size;
  const enter = async () => {
    if (free > 0) free -= 1;
    else await new Promise<void>((resolve) => queue.push(resolve));
  };
  const leave = () => {
    const next = queue.shift();
    if (next === undefined) free += 1;
    else next();
  };
  return {
    async use(work) {
      await enter();
      try {
        const seat = idle.pop() ?? open();
        busy.add(seat);
        try {
          const { value, isSpent } = await work(seat);
          if (isSpent) await seat.stop();
          else idle.push(seat);
          return value;
        } finally {
          busy.delete(seat);
        }
      } finally {
        leave();
      }
    },
    async close() {
      const open = [...idle.splice(0), ...busy];
      await Promise.all(open.map((seat) => seat.stop()));
    },
  };
}
