import { expect, test } from "vitest";
import type { Failure } from "../../src/domain/outcome.ts";
import type { Backend } from "../../src/domain/ports.ts";
import { hasRoom, newLane, noteAnswer, noteFailure, noteOverload } from "../../src/engine/lane.ts";
import { newPace } from "../../src/engine/pace.ts";
import { tokenForecast } from "../../src/engine/token-forecast.ts";
import { aModel } from "./models.ts";

const backend: Backend = {
  probe: async () => ({ ok: true, notes: [] }),
  ask: async () => ({ kind: "skipped", reason: "interrupted" }),
  close: async () => {},
};
const lane = () =>
  newLane({
    model: aModel("gpt-4"),
    backend,
    usesCache: false,
    priceOf: () => undefined,
    stepsBound: undefined,
    longestAnswer: undefined,
    asked: undefined,
    decided: undefined,
    costBound: undefined,
    pace: newPace({ rpm: undefined, tpm: undefined }, 0),
    forecast: tokenForecast(undefined),
  });
const overloaded: Failure = {
  code: "overloaded",
  message: "529",
  retryable: true,
  retryAfterMs: undefined,
  httpStatus: 529,
  partialText: undefined,
};

test("an overload halves the calls in flight once for all calls that were on their way, down to one", () => {
  const held = lane();
  noteOverload(held, overloaded, 0, 100);
  noteOverload(held, overloaded, 90, 900);
  expect(held.limit).toBe(4);
  for (let now = 1000; now <= 9000; now += 1000) noteOverload(held, overloaded, now, now + 1);
  expect(held.limit).toBe(1);
});

test("each round of answers gives one call back, up to the model's concurrency", () => {
  const held = lane();
  noteOverload(held, overloaded, 0, 1);
  for (let answer = 0; answer < 4; answer += 1) noteAnswer(held);
  expect(held.limit).toBeGreaterThan(4.8);
  expect(held.limit).toBeLessThanOrEqual(5);
  for (let answer = 0; answer < 500; answer += 1) noteAnswer(held);
  expect(held.limit).toBe(8);
});

test("a broken connection is no overload, and too many requests are a matter of their rate", () => {
  const held = lane();
  noteOverload(held, { ...overloaded, code: "connection-lost" }, 0, 1);
  noteOverload(held, { ...overloaded, code: "rate-limited" }, 0, 1);
  expect(held.limit).toBe(8);
});

test("nothing is sent before the moment that the server named", () => {
  const held = lane();
  held.holdUntil = 500;
  expect(hasRoom(held, 499)).toBe(false);
  expect(hasRoom(held, 500)).toBe(true);
});

test("one answer breaks a row of samples that failed for good; passing faults are the breaker's", () => {
  const held = lane();
  const broken = { ...overloaded, code: "bad-request", retryable: false } as const;
  for (let at = 0; at < 19; at += 1) expect(noteFailure(held, broken)).toBe(false);
  noteAnswer(held);
  for (let at = 0; at < 19; at += 1) expect(noteFailure(held, broken)).toBe(false);
  expect(noteFailure(held, overloaded)).toBe(false);
  expect(noteFailure(held, broken)).toBe(true);
});

test("while the breaker tries, one call is in flight", () => {
  const held = lane();
  held.breaker = { failuresInRow: 20, since: 0, pauses: 1, openUntil: 500 };
  expect(hasRoom(held, 500)).toBe(true);
  held.running = 1;
  expect(hasRoom(held, 500)).toBe(false);
  noteAnswer(held);
  expect(hasRoom(held, 500)).toBe(true);
});
