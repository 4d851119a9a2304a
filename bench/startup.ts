import { spawnSync } from "node:child_process";
import { median } from "./median.ts";

const ROUNDS = 15;

/** `evals --help` against `node -e 0`, alternating in one run: the median of the ratios. */
export function startup(): Promise<readonly string[]> {
  const time = (args: readonly string[]) => {
    const start = performance.now();
    const { status } = spawnSync(process.execPath, args, { stdio: "ignore" });
    if (status !== 0) throw new Error(`node ${args.join(" ")} exited with ${status}`);
    return performance.now() - start;
  };
  const bare: number[] = [];
  const help: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    bare.push(time(["-e", "0"]));
    help.push(time(["dist/cli/main.js", "--help"]));
  }
  const ratio = median(help.map((ms, index) => ms / (bare[index] ?? ms)));
  return Promise.resolve([
    `node -e 0 ${median(bare).toFixed(1)} ms, evals --help ${median(help).toFixed(1)} ms, ratio ${ratio.toFixed(2)} (aim: under 1.8)`,
  ]);
}
