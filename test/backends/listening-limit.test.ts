import { MessageChannel } from "node:worker_threads";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { listeningLimit, listeningSignal } from "../../src/backends/listening-limit.ts";

const realClock = { now: () => performance.now() };

test("what came while this process was busy is heard before the wait counts as in vain", async () => {
  const { port1, port2 } = new MessageChannel();
  let hasExpired = false;
  const heard = new Promise<void>((resolve) => {
    const end = listeningLimit(20, realClock, () => {
      hasExpired = true;
      resolve();
    });
    port2.on("message", () => {
      end();
      resolve();
    });
  });
  port1.postMessage("here");
  const until = performance.now() + 60;
  while (performance.now() < until);
  await heard;
  port1.close();
  expect(hasExpired).toBe(false);
});

describe("a wait", () => {
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "setImmediate"] });
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  /** A limit of 1000 ms, and whether it is over. */
  function limited(lateMs = 0) {
    const seen = { lateMs, expired: 0 };
    const clock = { now: () => 0, lateMs: () => seen.lateMs };
    const end = listeningLimit(1000, clock, () => {
      seen.expired += 1;
    });
    return { end, seen };
  }

  test("is over after its time, once", () => {
    const { seen } = limited();
    vi.advanceTimersByTime(999);
    expect(seen.expired).toBe(0);
    vi.advanceTimersByTime(60_000);
    expect(seen.expired).toBe(1);
  });

  test("is never over once it is ended, in its first time or in what is given again", () => {
    const { end, seen } = limited();
    vi.advanceTimersByTime(900);
    end();
    const again = limited(400);
    vi.advanceTimersByTime(1000);
    again.end();
    again.seen.lateMs = 0;
    vi.advanceTimersByTime(60_000);
    expect([seen.expired, again.seen.expired]).toEqual([0, 0]);
  });

  test.each([
    [400, 400],
    [8 * 3_600_000, 1000],
  ])("in which the machine slept for %i ms goes on for %i ms more", (lateMs, more) => {
    const { seen } = limited(lateMs);
    vi.advanceTimersByTime(1000);
    seen.lateMs = 0;
    vi.advanceTimersByTime(more - 1);
    expect(seen.expired).toBe(0);
    vi.advanceTimersByTime(2);
    expect(seen.expired).toBe(1);
  });

  test("aborts a signal, and so does the caller's", () => {
    const never = new AbortController();
    const { signal } = listeningSignal(1000, realClock, never.signal);
    vi.advanceTimersByTime(1001);
    expect(signal.aborted).toBe(true);
    const caller = new AbortController();
    const cut = listeningSignal(1000, realClock, caller.signal);
    caller.abort();
    expect(cut.signal.aborted).toBe(true);
    cut.end();
  });
});
