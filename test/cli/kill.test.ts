import { expect, test } from "vitest";
import { killTrials } from "../../bench/kill-trials.ts";

// That what was received is kept is held by `npm run bench -- kill`, and where answers are held back by the test of
// resume: on a busy machine nobody knows when a run came to read what a server had sent.
test("kill -9 at a random moment repeats no call and changes no report", {
  timeout: 120_000,
}, async () => {
  const tally = await killTrials({ kills: 5, seed: 4, keptAfterMs: Number.POSITIVE_INFINITY });
  expect(tally).toMatchObject({ repeated: [], unfinished: [], otherReports: [] });
  expect(tally.moments.during).toBeGreaterThanOrEqual(2);
});
