import type { MetricValue } from "../comparison/metric-value.ts";

/** A share as a percentage with one decimal: `91.3 %`. */
export function percent(share: number): string {
  return `${fixed(share * 100)} %`;
}

/** A difference of scores in points with its sign: `+1.2`. */
export function points(difference: number): string {
  const text = fixed(difference * 100);
  return difference > 0 && text !== "0.0" ? `+${text}` : text;
}

/** One decimal; an open end is shown as such, and −0.0 as 0.0. */
function fixed(value: number): string {
  if (!Number.isFinite(value)) return value > 0 ? "∞" : "−∞";
  const text = value.toFixed(1);
  return text === "-0.0" ? "0.0" : text;
}

/** USD: cents above a dollar, three significant digits below. Unknown is never zero. */
export function money(usd: number | undefined): string {
  if (usd === undefined) return "unknown";
  if (!Number.isFinite(usd)) return "∞";
  if (usd === 0) return "$0";
  if (usd >= 1) return `$${usd.toFixed(2)}`;
  const digits = Math.min(12, 2 - Math.floor(Math.log10(usd)));
  return `$${usd.toFixed(digits).replace(/0+$/, "")}`;
}

/** Milliseconds below a second, else seconds. */
export function duration(ms: number): string {
  if (!Number.isFinite(ms)) return "∞";
  return ms < 1000 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(ms < 10_000 ? 2 : 1)} s`;
}

/** As `duration`, without spaces, for narrow columns. */
export function shortDuration(ms: number): string {
  return duration(ms).replace(" ", "");
}

/** A factor: `0.48x`. */
export function factor(ratio: number): string {
  return Number.isFinite(ratio) ? `${ratio.toPrecision(3)}x` : "∞";
}

/** Tokens per second. */
export function rate(perSecond: number): string {
  return Number.isFinite(perSecond) ? perSecond.toPrecision(3) : "∞";
}

/** A metric's estimate, or `unknown`. */
export function estimateText(value: MetricValue, show: (estimate: number) => string): string {
  return value.known ? show(value.value.estimate) : "unknown";
}

/** Estimate and interval: `0.48x [0.41x, 0.55x]`, or `unknown`. */
export function intervalText(value: MetricValue, show: (end: number) => string): string {
  if (!value.known) return "unknown";
  const { estimate, lower, upper } = value.value;
  return `${show(estimate)} [${show(lower)}, ${show(upper)}]`;
}
