import { parentPort } from "node:worker_threads";
import type { Score } from "../domain/score.ts";
import { unscored } from "./judgement.ts";
import { scorers } from "./registry.ts";
import type { HeavyJob } from "./score-pool.ts";
import type { CallPorts } from "./scorer.ts";

// A thread that scores one answer at a time.

const none = (): never => {
  throw new Error("a scorer that asks for more than its input was sent to a thread");
};

const ports: CallPorts = {
  clock: { now: none, wall: none, sleep: none },
  directory: "",
  timeoutMs: 0,
  modules: { run: none, close: none },
  sandbox: { test: none, query: none, close: none },
  threads: undefined,
  ask: none,
  signal: none,
};

async function scoreOf({ scorer, options, input }: HeavyJob): Promise<Score> {
  const bound = scorers.get(scorer)?.bind(options);
  if (bound === undefined) return unscored("scorer-crashed", `no scorer is named ${scorer}`);
  return bound.ok ? bound.score(input, ports) : unscored("bad-options", bound.reason);
}

parentPort?.on("message", (job: HeavyJob) => {
  scoreOf(job).then(
    (score) => parentPort?.postMessage(score),
    (error: unknown) => {
      const message = error instanceof Error ? error.message : String(error);
      parentPort?.postMessage(unscored("scorer-crashed", `the scorer failed: ${message}`));
    },
  );
});
parentPort?.postMessage("ready");
