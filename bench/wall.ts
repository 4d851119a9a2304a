import { median } from "./median.ts";
import { type Load, openArena, type Round, type Side } from "./side-by-side.ts";

const ROUNDS = 5;

/** 1,000 cases x 3 models at 50 ms, 64 in flight. */
export function wall(): Promise<readonly string[]> {
  return loaded({ cases: 1000, models: 3, delayMs: 50, concurrency: 64 }, 1.05);
}

/** 10,000 cases x 3 models at 20 ms, 128 in flight. */
export function wallOfMany(): Promise<readonly string[]> {
  return loaded({ cases: 10_000, models: 3, delayMs: 20, concurrency: 128 }, 1.15);
}

/** A round, with the loop of `fetch` beside it. */
interface Compared extends Round {
  readonly fetching: Side;
}

async function loaded(load: Load, aim: number): Promise<readonly string[]> {
  const arena = await openArena(load);
  try {
    const rounds: Compared[] = [];
    for (let round = 0; round < ROUNDS; round++)
      rounds.push({ ...(await arena.round()), fetching: await arena.fetching() });
    const of = (pick: (round: Compared) => number) => median(rounds.map(pick));
    const ideal = (load.cases * load.models * load.delayMs) / load.concurrency;
    const [bare, run] = [of(({ bare }) => bare.windowMs), of(({ run }) => run.windowMs)];
    const sides = (pick: (side: Side) => number, limit: string) =>
      `loop of undici ${of(({ bare }) => pick(bare)).toFixed(0)} ms, of fetch ${of(({ fetching }) => pick(fetching)).toFixed(0)}, evals run ${of(({ run }) => pick(run)).toFixed(0)}: ${of(({ run, bare }) => pick(run) / pick(bare)).toFixed(2)} of the first, ${of(({ run, fetching }) => pick(run) / pick(fetching)).toFixed(2)} of the second (aim: within ${limit})`;
    return [
      `first call to last answer: ideal ${ideal.toFixed(0)} ms, bare loop ${bare.toFixed(0)}, evals run ${run.toFixed(0)}: ${(run / ideal).toFixed(2)} of the ideal (aim: within ${aim}), ${of((each) => each.run.windowMs / each.bare.windowMs).toFixed(2)} of the bare loop`,
      `process start to exit: ${sides(({ ms }) => ms, "1.10")}`,
      `processor time: ${sides(({ cpuMs }) => cpuMs, "2.0")}`,
    ];
  } finally {
    arena.close();
  }
}
