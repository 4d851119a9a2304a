import { falseSafe } from "./false-safe.ts";

const RUNS = 2000;

/** The worst cell of each design: how often a candidate that is worse by exactly the margin was certified. */
export async function falseSafeLines(): Promise<readonly string[]> {
  const worst = new Map<string, string>();
  for (const { design, n, margin, discordance, rate, runs } of falseSafe(RUNS)) {
    if (worst.has(design)) continue;
    const how = runs === undefined ? "by enumeration" : `in ${runs} runs`;
    const where = `n ${n}, margin ${margin}, discordance ${discordance}`;
    worst.set(design, `${design}: worst ${rate.toFixed(4)} ${how} (${where}; promised 0.05)`);
  }
  return [...worst.values()];
}
