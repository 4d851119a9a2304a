/** Events per second of late: each counts less the older it is, to a third after a second. */
export interface RateMeter {
  count(now: number): void;
  perSecond(now: number): number;
}

const SPAN_MS = 1000;
/** Events closer together than this say nothing about a rate. */
const SHORTEST_MS = 100;

/** An exponentially decayed counter, true from its first moments on: the same cost at any rate. */
export function rateMeter(): RateMeter {
  let value = 0;
  let at = 0;
  let startedAt: number | undefined;
  const valueAt = (now: number) => value * Math.exp(-Math.max(0, now - at) / SPAN_MS);
  return {
    count: (now) => {
      startedAt ??= now;
      value = valueAt(now) + 1;
      at = now;
    },
    perSecond: (now) => {
      const since = Math.max(SHORTEST_MS, now - (startedAt ?? now));
      return valueAt(now) / (1 - Math.exp(-since / SPAN_MS));
    },
  };
}
