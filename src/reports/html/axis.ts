/** An axis of a chart: where a value stands, in percent of its length, and the values that are written on it. */
export interface Axis {
  at(value: number): number;
  readonly ticks: readonly number[];
}

/** A linear axis over at least these values, with a little room at both ends; open ends end at the edge. */
export function linearAxis(values: readonly number[], most = 6): Axis {
  const finite = values.filter(Number.isFinite);
  const low = Math.min(...finite);
  const high = Math.max(...finite);
  const room = (high - low) * 0.04 || Math.abs(high) * 0.1 || 0.01;
  const [from, to] = [low - room, high + room];
  const step = niceStep((to - from) / most);
  const ticks: number[] = [];
  for (let count = Math.ceil(from / step); count * step <= to; count += 1)
    ticks.push(Number((count * step).toPrecision(12)));
  return { at: (value) => clamped(((value - from) / (to - from)) * 100), ticks };
}

/** A logarithmic axis with ticks at 1, 2 and 5 of each decade; every value must be above 0. */
export function logAxis(values: readonly number[]): Axis {
  const logs = values.filter((value) => Number.isFinite(value) && value > 0).map(Math.log10);
  const [low, high] = [Math.min(...logs), Math.max(...logs)];
  const room = Math.max((high - low) * 0.06, 0.1);
  const [from, to] = [low - room, high + room];
  const all: number[] = [];
  for (let decade = Math.floor(from); decade <= to; decade += 1)
    for (const digit of [1, 2, 5]) all.push(Number((digit * 10 ** decade).toPrecision(12)));
  const within = all.filter((value) => Math.log10(value) >= from && Math.log10(value) <= to);
  // Where there are many, only the decades are written.
  const decades = within.filter((value) => Number.isInteger(Number(Math.log10(value).toFixed(9))));
  return {
    at: (value) => (value <= 0 ? 0 : clamped(((Math.log10(value) - from) / (to - from)) * 100)),
    ticks: within.length > 7 ? decades : within,
  };
}

/** 1, 2 or 5 times a power of ten, at least `least`. */
function niceStep(least: number): number {
  const power = 10 ** Math.floor(Math.log10(least));
  const step = [1, 2, 5, 10].find((factor) => factor * power >= least) ?? 10;
  return step * power;
}

function clamped(percent: number): number {
  if (Number.isNaN(percent)) return 0;
  return Number(Math.min(100, Math.max(0, percent)).toFixed(2));
}
