import { expect, test } from "vitest";
import { tallyFailures } from "../../src/cli/failure-tally.ts";
import type { FailureCode } from "../../src/domain/outcome.ts";
import type { Sample } from "../../src/domain/sample.ts";

function failed(target: string, code: FailureCode, message: string): Sample {
  const failure = {
    code,
    message,
    retryable: false,
    retryAfterMs: undefined,
    httpStatus: undefined,
    partialText: undefined,
  };
  return {
    task: "qa",
    caseId: "c1",
    target,
    repeat: 0,
    requestKey: "k",
    attempts: 1,
    outcome: { kind: "failed", failure },
    queuedMs: 0,
    cached: false,
    at: "2026-11-20T10:00:00Z",
  };
}

test("failures are told by model and kind, the most frequent first, with the words of the first", () => {
  const tally = tallyFailures();
  tally.add(failed("a", "server-error", "The server answered 500."));
  for (const at of [1, 2]) tally.add(failed("b", "timeout", `No answer after ${at} s.`));
  expect(tally.lines()).toEqual([
    "b: 2 samples failed, the first: No answer after 1 s.",
    "a: 1 sample failed: The server answered 500.",
  ]);
});

test("nothing is said where nothing failed", () => {
  expect(tallyFailures().lines()).toEqual([]);
});
