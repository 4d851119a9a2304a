import { expect, test } from "vitest";
import type { Outcome } from "../../src/domain/outcome.ts";
import { markLate } from "../../src/engine/late-answer.ts";

function answered(latencyMs: number | undefined, notes: readonly string[] = []): Outcome {
  const unknown = { firstTokenMs: undefined, generationMs: undefined, loadMs: undefined };
  return {
    kind: "answered",
    answer: {
      text: "42",
      toolCalls: [],
      finishReason: "stop",
      usage: {
        inputTokens: 1,
        outputTokens: 1,
        cachedReadTokens: undefined,
        cachedWriteTokens: undefined,
        reasoningTokens: undefined,
      },
      timings: { latencyMs, ...unknown },
      servedModel: undefined,
      notes,
    },
  };
}

test.each([
  [100, 5],
  [1000, 30],
])("an answer of %i ms that may have lain there for %i ms carries a note", (latencyMs, lateMs) => {
  const marked = markLate(answered(latencyMs, ["invalid-utf8"]), { lateMs, tookMs: latencyMs + 1 });
  expect(marked).toEqual(answered(latencyMs, ["invalid-utf8", "timed-late"]));
});

test.each([
  ["a delay of less than 5 ms", answered(100), { lateMs: 4.9, tookMs: 101 }],
  ["a delay of less than 3 % of the latency", answered(1000), { lateMs: 29, tookMs: 1001 }],
  ["a latency that nobody measured", answered(undefined), { lateMs: 50, tookMs: 101 }],
  ["a recorded latency", answered(800), { lateMs: 50, tookMs: 60 }],
  ["a made-up latency", answered(100, ["simulated"]), { lateMs: 50, tookMs: 101 }],
  ["what was not asked", { kind: "skipped", reason: "bail" } as const, { lateMs: 50, tookMs: 101 }],
])("%s is no reason for a note", (_, outcome, arrival) => {
  expect(markLate(outcome, arrival)).toBe(outcome);
});
