import { killTrials } from "./kill-trials.ts";

const KILLS = 200;
const SEED = 20261124;
const KEPT_AFTER_MS = 25;

/** Runs killed at random moments, and what it cost. Throws where an answer was lost, or paid for twice. */
export async function kill(): Promise<readonly string[]> {
  const tally = await killTrials({ kills: KILLS, seed: SEED, keptAfterMs: KEPT_AFTER_MS });
  const { moments, kept, torn, lost, longestUnkeptMs, repeated, unfinished, otherReports } = tally;
  const { before, during, after } = moments;
  const lines = [
    `${KILLS} kills: ${before} before the first call, ${during} among the calls, ${after} after the last; ${torn} tore a record`,
    `answers lost that the server had finished ${KEPT_AFTER_MS} ms before: ${lost.length} beside ${kept} kept (aim: 0); the longest had been finished for ${longestUnkeptMs.toFixed(0)} ms`,
    `answered calls repeated on resume: ${repeated.length} (aim: 0)`,
    `resumed runs that did not finish: ${unfinished.length}; reports that differ from an uninterrupted run's: ${otherReports.length} (aim: 0)`,
  ];
  const wrong = { lost, repeated, unfinished, otherReports };
  const shown = Object.entries(wrong).flatMap(([kind, all]) =>
    all.slice(0, 10).map((one) => `${kind}: ${one}`),
  );
  if (shown.length > 0) throw new Error([...lines, ...shown].join("\n"));
  return lines;
}
