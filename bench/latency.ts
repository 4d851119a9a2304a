import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { median } from "./median.ts";
import { openArena } from "./side-by-side.ts";

const DELAY_MS = 50;
const ROUNDS = 5;
const LOADS = [
  { concurrency: 1, cases: 100 },
  { concurrency: 20, cases: 1000 },
  { concurrency: 64, cases: 3000 },
];

/** The median latency that a run reports, against the median that the server itself took. */
export async function latency(): Promise<readonly string[]> {
  const lines = [];
  for (const { concurrency, cases } of LOADS) {
    const arena = await openArena({ cases, models: 1, delayMs: DELAY_MS, concurrency });
    try {
      const rounds = [];
      for (let round = 0; round < ROUNDS; round++) {
        const { run, bare, out } = await arena.round();
        rounds.push({ run: median(latenciesOf(out)), server: run.p50, bare: (bare.ownP50 ?? 0) / bare.p50 });
      }
      const told = median(rounds.map(({ run }) => run));
      const own = median(rounds.map(({ server }) => server));
      const over = more(median(rounds.map(({ run, server }) => run / server)));
      const bareOver = more(median(rounds.map(({ bare }) => bare)));
      lines.push(
        `concurrency ${concurrency}: p50 of the run ${told.toFixed(2)} ms, of the server ${own.toFixed(2)} ms: ${over} (aim: within 3 %); as the bare loop has it ${bareOver}`,
      );
    } finally {
      arena.close();
    }
  }
  return lines;
}

function more(ratio: number): string {
  return `${((ratio - 1) * 100).toFixed(1)} % more`;
}

/** Latencies of the only run below a results folder. */
function latenciesOf(out: string): readonly number[] {
  const suite = join(out, "bench");
  const [id = ""] = readdirSync(suite);
  const lines = readFileSync(join(suite, id, "scores.jsonl"), "utf8")
    .trimEnd()
    .split("\n");
  return lines.map((line) => Number(JSON.parse(line).latencyMs));
}
