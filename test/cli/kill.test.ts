import { expect, test } from "vitest";
import { killTrials } from "../../bench/kill-trials.ts";

test("kill -9 at a random moment loses no answer, repeats no call and changes no report", {
  timeout: 120_000,
}, async () => {
  const tally = await killTrials(5, 4);
  expect(tally).toMatchObject({ lost: [], repeated: [], unfinished: [], otherReports: [] });
  expect(tally.moments.during).toBeGreaterThan(0);
  expect(tally.kept).toBeGreaterThan(0);
});
