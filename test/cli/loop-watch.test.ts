import { afterEach, expect, test, vi } from "vitest";
import { watchLoop } from "../../src/cli/loop-watch.ts";

afterEach(() => {
  vi.useRealTimers();
});

test("what is read in or right behind a busy stretch may be late by it, and what is read in peace is not", () => {
  vi.useFakeTimers({ toFake: ["setInterval"] });
  let now = 0;
  const lateMs = watchLoop(() => now);
  const peace = (ms: number) => {
    for (const end = now + ms; now < end; ) {
      now += 1;
      vi.advanceTimersByTime(1);
    }
  };
  peace(30);
  expect(lateMs(now)).toBe(0);
  // A busy process sees time pass, and no timer ring.
  now += 80;
  expect(lateMs(now)).toBe(70);
  vi.advanceTimersByTime(10);
  expect(lateMs(now)).toBe(70);
  peace(10);
  expect(lateMs(now)).toBe(0);
});
