import { killTrials } from "./kill-trials.ts";

const KILLS = 200;
const SEED = 20261124;

/** Runs killed at random moments, and what it cost. Throws where an answer was lost, or paid for twice. */
export async function kill(): Promise<readonly string[]> {
  const { kills, moments, kept, torn, lost, repeated, unfinished, otherReports } = await killTrials(
    KILLS,
    SEED,
  );
  const { before, during, after } = moments;
  const lines = [
    `${kills} kills: ${before} before the first call, ${during} among the calls, ${after} after the last; ${torn} tore a record`,
    `answers lost that the server had finished 25 ms before: ${lost.length} of ${kept} (aim: 0)`,
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
