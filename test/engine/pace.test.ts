import fc from "fast-check";
import { expect, test } from "vitest";
import { CLOSED, countFailure, FAILURES_BEFORE_BREAK, PATIENCE_MS } from "../../src/engine/breaker.ts";
import { evenBucket, take, waitFor } from "../../src/engine/bucket.ts";
import { newPace } from "../../src/engine/pace.ts";
import { hear, mirrorWait, newMirror } from "../../src/engine/told-limits.ts";

const need = (tokens: number) => ({ requests: 1, tokens });
const NO_LIMITS = { rpm: undefined, tpm: undefined };

test("an even bucket never lets out more than its rate and a tenth of a second on top, whenever it is asked", () => {
  const gaps = fc.array(fc.double({ min: 0, max: 400, noNaN: true }), { minLength: 1, maxLength: 300 });
  fc.assert(
    fc.property(gaps, fc.integer({ min: 1, max: 10_000 }), (all, perMinute) => {
      const bucket = evenBucket(perMinute, 100, 0);
      let now = 0;
      let taken = 0;
      for (const gap of all) {
        now += gap;
        while (waitFor(bucket, 1, now) <= 0) {
          take(bucket, 1, now);
          taken += 1;
        }
      }
      expect(taken).toBeLessThanOrEqual(Math.max(1, perMinute / 600) + (perMinute / 60_000) * now + 1e-6);
    }),
  );
});

test("waiting as long as the bucket says is enough", () => {
  const bucket = evenBucket(90, 100, 0);
  take(bucket, 1, 0);
  const wait = waitFor(bucket, 1, 0);
  expect(wait).toBeCloseTo(60_000 / 90, 6);
  expect(waitFor(bucket, 1, wait)).toBe(0);
});

test("what a server tells counts less the calls that it could not have seen", () => {
  const mirror = newMirror();
  hear(mirror, { limit: { limit: 600, remaining: 3, resetMs: 59_700 }, sentSince: 2, now: 0 });
  expect(mirrorWait(mirror, 1, 0)).toBe(0);
  hear(mirror, { limit: { limit: 600, remaining: 3, resetMs: 59_700 }, sentSince: 3, now: 0 });
  expect(mirrorWait(mirror, 1, 0)).toBeCloseTo(100, 6);
});

test("a limit of a day refills over the day that its reset implies", () => {
  const mirror = newMirror();
  // 200 a day: one is back after 7 min 12 s.
  hear(mirror, { limit: { limit: 200, remaining: 0, resetMs: 86_400_000 }, sentSince: 0, now: 0 });
  expect(mirrorWait(mirror, 1, 0)).toBeCloseTo(432_000, 3);
});

test("an empty window holds everything until it starts over", () => {
  const mirror = newMirror();
  hear(mirror, { limit: { limit: undefined, remaining: 0, resetMs: 2500 }, sentSince: 0, now: 1000 });
  expect(mirrorWait(mirror, 1, 1000)).toBe(2500);
  expect(mirrorWait(mirror, 1, 3500)).toBe(0);
});

test("tokens that a call did not take are given back, and those above are owed", () => {
  const pace = newPace({ rpm: undefined, tpm: 60_000 }, 0);
  const ticket = pace.sent(need(1000), 0);
  expect(pace.wait(need(500), 0)).toBeCloseTo(500, 6);
  pace.answered(ticket, 200, 0);
  expect(pace.wait(need(500), 0)).toBe(0);
  pace.answered(pace.sent(need(500), 0), 3000, 0);
  expect(pace.wait(need(500), 0)).toBeGreaterThan(2500);
});

test("a wave of calls that is turned down cuts the rate once", () => {
  const pace = newPace(NO_LIMITS, 0);
  const wave = Array.from({ length: 40 }, () => pace.sent(need(1), 0));
  for (const ticket of wave.slice(0, 20)) pace.answered(ticket, undefined, 100);
  for (const ticket of wave.slice(20)) pace.turnedDown(ticket, 100);
  const wait = pace.wait(need(1), 100);
  // 20 answers in a tenth of a second, cut by a fifth.
  expect(1000 / wait).toBeGreaterThan(140);
  expect(1000 / wait).toBeLessThan(180);
});

test("the breaker opens after twenty failures in a row, waits longer each time, and gives up after two minutes", () => {
  let breaker = CLOSED;
  let now = 0;
  const pauses: number[] = [];
  for (let count = 0; count < 200; count += 1) {
    const step = countFailure(breaker, now, now + 10);
    now += 10;
    if (step.kind === "give-up") break;
    breaker = step.breaker;
    if (step.kind !== "open") continue;
    if (pauses.length === 0) expect(count + 1).toBe(FAILURES_BEFORE_BREAK);
    pauses.push(step.pauseMs);
    now += step.pauseMs;
  }
  expect(pauses).toEqual([2000, 4000, 8000, 16_000, 30_000, 30_000, 30_000]);
  expect(now).toBeGreaterThan(PATIENCE_MS);
});

test("calls that were on their way when the breaker opened tell nothing new", () => {
  const open = { failuresInRow: 20, since: 0, pauses: 1, openUntil: 3000 };
  expect(countFailure(open, 900, 1500)).toEqual({ kind: "stay", breaker: open });
});

test("a sample of a workflow takes as many requests as its workflow has calls", () => {
  const pace = newPace({ rpm: 600, tpm: undefined }, 0);
  pace.sent({ requests: 5, tokens: 1 }, 0);
  expect(pace.wait(need(1), 0)).toBeCloseTo(500, 6);
});
