import { expect, test } from "vitest";
import type { Failure, FailureCode } from "../../src/domain/outcome.ts";
import { countsTowardsPause, decideRetry, LONGEST_WAIT_MS } from "../../src/engine/retry.ts";

function failure(code: FailureCode, over: Partial<Failure> = {}): Failure {
  return {
    code,
    message: "it broke.",
    retryable: true,
    retryAfterMs: undefined,
    httpStatus: undefined,
    partialText: undefined,
    ...over,
  };
}

const at = (chance: number) => ({ next: () => chance });
const decide = (found: Failure, attempts = 1, chance = 0.5) =>
  decideRetry({ failure: found, attempts, turnedDown: 0, maxAttempts: 6 }, at(chance));

test("the wait doubles with each attempt, with full jitter above a floor, up to a minute", () => {
  const longest = [1, 2, 3, 4, 5].map((attempts) => decide(failure("server-error"), attempts, 1));
  expect(longest.map((decision) => (decision.kind === "retry" ? decision.waitMs : decision.kind))).toEqual([
    500, 1000, 2000, 4000, 8000,
  ]);
  expect(decide(failure("server-error"), 5, 0)).toMatchObject({ kind: "retry", waitMs: 100 });
  expect(
    decideRetry({ failure: failure("server-error"), attempts: 30, turnedDown: 0, maxAttempts: 40 }, at(1)),
  ).toMatchObject({ waitMs: 60_000 });
});

test("an overloaded server is given more time than a broken one", () => {
  expect(decide(failure("overloaded"), 1, 1)).toMatchObject({ waitMs: 2000, wholeModel: false });
});

test("what the server asks to wait holds for the whole model, with jitter on top", () => {
  expect(decide(failure("rate-limited", { retryAfterMs: 7000 }), 1, 0)).toEqual({
    kind: "retry",
    waitMs: 7100,
    wholeModel: true,
  });
  expect(decide(failure("rate-limited", { retryAfterMs: 7000 }), 5, 1)).toMatchObject({ waitMs: 8000 });
});

test("a retry-after in the past falls back to our own wait", () => {
  expect(decide(failure("rate-limited", { retryAfterMs: -5000 }), 1, 0)).toMatchObject({
    waitMs: 100,
    wholeModel: false,
  });
});

test("a server that asks for more than five minutes pauses its model and says so", () => {
  const decision = decide(failure("rate-limited", { retryAfterMs: LONGEST_WAIT_MS + 60_000 }));
  expect(decision.kind).toBe("pause");
  expect(decision.kind === "pause" && decision.failure.message).toContain("it asks to wait 360 s");
});

test.each(["auth", "quota", "unknown-model"] as const)("%s stops the model at the first sample", (code) => {
  expect(decide(failure(code)).kind).toBe("pause");
});

test("the last attempt, and a fault that will not go away, give the sample up", () => {
  expect(decide(failure("timeout"), 6).kind).toBe("give-up");
  expect(decide(failure("bad-request", { retryable: false })).kind).toBe("give-up");
});

test("a sample's own fault does not count towards pausing its model", () => {
  expect(countsTowardsPause(failure("context-too-long"))).toBe(false);
  expect(countsTowardsPause(failure("no-recording"))).toBe(false);
  expect(countsTowardsPause(failure("server-error"))).toBe(true);
});

test("attempts that were turned down use up a sample's attempts five times as slowly", () => {
  const decideAt = (turnedDown: number) =>
    decideRetry(
      { failure: failure("rate-limited"), attempts: turnedDown, turnedDown, maxAttempts: 6 },
      at(0.5),
    );
  expect(decideAt(29).kind).toBe("retry");
  expect(decideAt(30).kind).toBe("give-up");
});
