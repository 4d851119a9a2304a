import { expect, test } from "vitest";
import { resetMs, toldLimits } from "../../src/backends/rate-headers.ts";

const NOW = Date.UTC(2026, 10, 24, 10, 0, 0);
const told = (headers: { readonly [name: string]: string }) => toldLimits(new Headers(headers), NOW);

test("OpenAI's headers tell of requests and tokens", () => {
  expect(
    told({
      "x-ratelimit-limit-requests": "3000",
      "x-ratelimit-remaining-requests": "2999",
      "x-ratelimit-reset-requests": "20ms",
      "x-ratelimit-limit-tokens": "150000",
      "x-ratelimit-remaining-tokens": "149984",
      "x-ratelimit-reset-tokens": "6m0s",
    }),
  ).toEqual({
    requests: { limit: 3000, remaining: 2999, resetMs: 20 },
    tokens: { limit: 150_000, remaining: 149_984, resetMs: 360_000 },
  });
});

test("Anthropic's headers name the moment of the reset", () => {
  expect(
    told({
      "anthropic-ratelimit-requests-limit": "50",
      "anthropic-ratelimit-requests-remaining": "0",
      "anthropic-ratelimit-requests-reset": "2026-11-24T10:00:07Z",
    }),
  ).toEqual({ requests: { limit: 50, remaining: 0, resetMs: 7000 }, tokens: undefined });
});

test("of a window that starts over, what remains and when it ends is all that counts", () => {
  const reset = String(NOW + 3000);
  expect(
    told({ "x-ratelimit-limit": "20", "x-ratelimit-remaining": "0", "x-ratelimit-reset": reset }),
  ).toEqual({
    requests: { limit: undefined, remaining: 0, resetMs: 3000 },
    tokens: undefined,
  });
});

test("headers that say nothing, or nothing that can be read, are no limits", () => {
  expect(told({ "content-type": "text/event-stream" })).toBeUndefined();
  expect(told({ "x-ratelimit-remaining-requests": "many" })).toBeUndefined();
  expect(told({ "x-ratelimit-remaining-requests": "5", "x-ratelimit-reset-requests": "soon" })).toEqual({
    requests: { limit: undefined, remaining: 5, resetMs: undefined },
    tokens: undefined,
  });
});

test.each([
  ["1s", 1000],
  ["1m2.5s", 62_500],
  ["7m12s", 432_000],
  ["1h", 3_600_000],
  ["12", 12_000],
  [String(NOW / 1000 + 9), 9000],
  ["2026-11-24T09:00:00Z", 0],
  ["", undefined],
])("a reset of %s is %s ms away", (text, ms) => {
  expect(resetMs(text, NOW)).toBe(ms);
});
