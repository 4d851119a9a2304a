import { join } from "node:path";
import { type Measured, measured } from "./measured.ts";
import { median } from "./median.ts";
import { openArena } from "./side-by-side.ts";

const CASES = 20_000;
const MANY = 100_000;
const ROUNDS = 5;
const OUT = "results";

interface Round {
  readonly bare: Measured;
  readonly run: Measured;
}

/** Runs whose answers are all in the cache: read, journalled, scored and shown, without a call. */
export async function warmCache(): Promise<readonly string[]> {
  const few = await replays(CASES);
  const many = await replays(MANY);
  const of = (rounds: readonly Round[], pick: (round: Round) => number) => median(rounds.map(pick));
  const ms = { few: of(few, ({ run }) => run.ms), many: of(many, ({ run }) => run.ms) };
  const cpu = { few: of(few, ({ run }) => run.cpuMs), many: of(many, ({ run }) => run.cpuMs) };
  const perSecond = (cases: number, took: number) => (cases / (took / 1000)).toFixed(0);
  const further = MANY - CASES;
  return [
    `${CASES} cases: ${perSecond(CASES, ms.few)} a second from process start to exit (aim: at least 20000), ${((cpu.few * 1000) / CASES).toFixed(0)} us of processor time a case`,
    `${MANY} cases: ${perSecond(MANY, ms.many)} a second; each case beyond ${CASES}: ${perSecond(further, ms.many - ms.few)} a second, ${(((cpu.many - cpu.few) * 1000) / further).toFixed(0)} us of processor time`,
    `processor time of a bare loop that reads, parses and scores the same answers: ${of(few, ({ run, bare }) => run.cpuMs / bare.cpuMs).toFixed(1)} times that for ${CASES} cases, ${of(many, ({ run, bare }) => run.cpuMs / bare.cpuMs).toFixed(1)} times for ${MANY}`,
  ];
}

async function replays(cases: number): Promise<readonly Round[]> {
  const arena = await openArena({ cases, models: 1, delayMs: 0, concurrency: 64 });
  try {
    await arena.run(OUT, true);
    const rounds: Round[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      const bare = await measured(join(import.meta.dirname, "bare-replay.js"), [arena.folder, OUT]);
      const run = await arena.run(OUT, true);
      if (run.calls > 0) throw new Error("a call was made");
      rounds.push({ bare, run });
    }
    return rounds;
  } finally {
    arena.close();
  }
}
