import { median } from "./median.ts";
import { openArena } from "./side-by-side.ts";

const CASES = 20_000;
const ROUNDS = 5;

/** A run whose answers are all in the cache: read, journalled, scored and shown, without a call. */
export async function warmCache(): Promise<readonly string[]> {
  const arena = await openArena({ cases: CASES, models: 1, delayMs: 0, concurrency: 64 });
  try {
    await arena.run("results", true);
    const rounds = [];
    for (let round = 0; round < ROUNDS; round++) rounds.push(await arena.run("results", true));
    if (rounds.some(({ calls }) => calls > 0)) throw new Error("a call was made");
    const ms = median(rounds.map((round) => round.ms));
    const cpuMs = median(rounds.map((round) => round.cpuMs));
    return [
      `${(CASES / (ms / 1000)).toFixed(0)} cases a second from process start to exit (aim: at least 20000), ${((cpuMs * 1000) / CASES).toFixed(0)} us of processor time a case`,
    ];
  } finally {
    arena.close();
  }
}
