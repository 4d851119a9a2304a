import { expect, test } from "vitest";
import { systemClock } from "../../src/cli/system-clock.ts";

test.each([20, 20.7, 1])(
  "a sleep of %d ms that a busy turn begins is no shorter by the same clock",
  async (ms) => {
    for (let time = 0; time < 5; time += 1) {
      const turn = systemClock.now();
      while (systemClock.now() - turn < 25);
      const at = systemClock.now();
      await systemClock.sleep(ms);
      expect(systemClock.now() - at).toBeGreaterThanOrEqual(ms);
    }
  },
);

test("a sleep ends at once where its signal aborts", async () => {
  const at = systemClock.now();
  await expect(systemClock.sleep(60_000, AbortSignal.timeout(10))).rejects.toThrow();
  expect(systemClock.now() - at).toBeLessThan(10_000);
  await expect(systemClock.sleep(60_000, AbortSignal.abort())).rejects.toThrow();
});
