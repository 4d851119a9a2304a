import { median } from "./median.ts";
import { openArena, type Round } from "./side-by-side.ts";

const CASES = 100_000;
const TENTH = CASES / 10;
const CONCURRENCY = 64;
const ROUNDS = 5;

/** 100,000 cases on a server that answers at once: what a call costs, and whether memory grows with the run. */
export async function flatOut(): Promise<readonly string[]> {
  const load = { models: 1, delayMs: 0, concurrency: CONCURRENCY };
  const small = await openArena({ ...load, cases: TENTH });
  const large = await openArena({ ...load, cases: CASES });
  try {
    const rounds: Round[] = [];
    const few: number[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      few.push((await small.run(`results-${round}`)).megabytes);
      rounds.push(await large.round());
    }
    const perSecond = (pick: (round: Round) => number) =>
      median(rounds.map((round) => CASES / (pick(round) / 1000)));
    const bare = perSecond(({ bare }) => bare.windowMs);
    const run = perSecond(({ run }) => run.windowMs);
    const share = median(rounds.map(({ bare, run }) => bare.windowMs / run.windowMs));
    const cpu = median(rounds.map(({ bare, run }) => run.cpuMs / bare.cpuMs));
    const many = median(rounds.map(({ run }) => run.megabytes));
    return [
      `calls a second: bare loop ${bare.toFixed(0)}, evals run ${run.toFixed(0)}: ${share.toFixed(2)} of the bare loop (aim: at least 0.5); processor time ${cpu.toFixed(2)} of the bare loop's`,
      `resident at most: ${median(few).toFixed(0)} MB for ${TENTH} cases, ${many.toFixed(0)} MB for ${CASES}`,
    ];
  } finally {
    small.close();
    large.close();
  }
}
