import { expect, test } from "vitest";
import { watchSignals } from "../../src/cli/interrupt.ts";

test.each([
  ["SIGINT", 130, 10_000],
  ["SIGTERM", 143, 5000],
  ["SIGHUP", 143, 5000],
] as const)("%s stops a run with exit %i, and gives its calls in flight %i ms", (signal, code, graceMs) => {
  const notices: string[] = [];
  const interrupt = watchSignals(process, (text) => notices.push(text));
  try {
    expect([interrupt.signal.aborted, interrupt.exitCode()]).toEqual([false, undefined]);
    process.emit(signal, signal);
    expect([interrupt.signal.aborted, interrupt.exitCode(), interrupt.graceMs()]).toEqual([
      true,
      code,
      graceMs,
    ]);
    expect(notices).toHaveLength(1);
  } finally {
    interrupt.release();
  }
});
