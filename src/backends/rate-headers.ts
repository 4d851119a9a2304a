import type { ToldLimit, ToldLimits } from "../domain/ports.ts";
import type { HeaderLookup } from "./http-exchange.ts";

/** Names of the headers with a limit, what remains of it, and when it is whole again; the first that is there counts. */
type Names = readonly [limit: string, remaining: string, reset: string];
const REQUESTS: readonly Names[] = [
  // https://platform.openai.com/docs/guides/rate-limits#rate-limits-in-headers
  ["x-ratelimit-limit-requests", "x-ratelimit-remaining-requests", "x-ratelimit-reset-requests"],
  // https://docs.anthropic.com/en/api/rate-limits#response-headers
  [
    "anthropic-ratelimit-requests-limit",
    "anthropic-ratelimit-requests-remaining",
    "anthropic-ratelimit-requests-reset",
  ],
];
const TOKENS: readonly Names[] = [
  ["x-ratelimit-limit-tokens", "x-ratelimit-remaining-tokens", "x-ratelimit-reset-tokens"],
  // The most restrictive of Anthropic's limits of tokens.
  [
    "anthropic-ratelimit-tokens-limit",
    "anthropic-ratelimit-tokens-remaining",
    "anthropic-ratelimit-tokens-reset",
  ],
];
/** Other servers: a window that starts over, of which only an empty one says something. */
const WINDOW: Names = ["", "x-ratelimit-remaining", "x-ratelimit-reset"];

/** What the headers say about limits; `undefined` where they say nothing. `wall` is ms since the epoch. */
export function toldLimits(headers: HeaderLookup, wall: number): ToldLimits | undefined {
  const requests = firstOf(headers, [...REQUESTS, WINDOW], wall);
  const tokens = firstOf(headers, TOKENS, wall);
  return requests === undefined && tokens === undefined ? undefined : { requests, tokens };
}

function firstOf(headers: HeaderLookup, names: readonly Names[], wall: number): ToldLimit | undefined {
  for (const [limit, remaining, reset] of names) {
    const left = count(headers.get(remaining));
    if (left === undefined) continue;
    const most = limit === "" ? undefined : count(headers.get(limit));
    return { limit: most, remaining: left, resetMs: resetMs(headers.get(reset), wall) };
  }
  return undefined;
}

function count(text: string | null): number | undefined {
  return text !== null && /^\s*-?\d+(\.\d+)?\s*$/.test(text) ? Math.max(0, Number(text)) : undefined;
}

const UNITS: { readonly [unit: string]: number } = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };
/** Numbers above these are moments, not spans: 2001 as seconds and as milliseconds of the epoch. */
const EPOCH_S = 1e9;
const EPOCH_MS = 1e12;

/** Until a reset, ms: `6m0s` and `20ms` (OpenAI), an RFC 3339 time (Anthropic), seconds, or a moment of the epoch. */
export function resetMs(text: string | null, wall: number): number | undefined {
  if (text === null) return undefined;
  const value = text.trim();
  if (/^\d+(\.\d+)?$/.test(value)) {
    const number = Number(value);
    if (number > EPOCH_MS) return Math.max(0, number - wall);
    return number > EPOCH_S ? Math.max(0, number * 1000 - wall) : number * 1000;
  }
  if (/^(\d+(\.\d+)?(ms|s|m|h|d))+$/.test(value)) {
    const parts = [...value.matchAll(/(\d+(?:\.\d+)?)(ms|s|m|h|d)/g)];
    return parts.reduce((sum, [, number, unit]) => sum + Number(number) * (UNITS[unit ?? ""] ?? 0), 0);
  }
  const date = /^\d{4}-\d{2}-\d{2}T/.test(value) ? Date.parse(value) : Number.NaN;
  return Number.isNaN(date) ? undefined : Math.max(0, date - wall);
}
