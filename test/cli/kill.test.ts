import { expect, test } from "vitest";
import { killTrials } from "../../bench/kill-trials.ts";

// `npm run bench -- kill` holds the promise of 25 ms; here the machine is busy with other tests.
test("kill -9 at a random moment loses no answer, repeats no call and changes no report", {
  timeout: 120_000,
}, async () => {
  const tally = await killTrials({ kills: 5, seed: 4, keptAfterMs: 2000 });
  expect(tally).toMatchObject({ lost: [], repeated: [], unfinished: [], otherReports: [] });
  expect(tally.moments.during).toBeGreaterThan(0);
  expect(tally.kept).toBeGreaterThan(0);
});
