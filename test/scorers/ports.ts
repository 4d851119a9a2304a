import { createSandbox } from "../../src/sandbox/sandbox.ts";
import { createModuleRunner } from "../../src/scorers/module-runner.ts";
import { createScorePool } from "../../src/scorers/score-pool.ts";
import type { ScorerPorts } from "../../src/scorers/scorer.ts";

/** Ports for a test: real time, and a time limit long enough for a busy machine. */
export function testPorts(timeoutMs = 10_000, directory = import.meta.dirname): ScorerPorts {
  const modules = createModuleRunner();
  const threads = createScorePool(1);
  return { clock: realClock, directory, timeoutMs, modules, sandbox: createSandbox(), threads, ask: noJudge };
}

const noJudge = async () => ({ kind: "failed" as const, code: "judge-failed", reason: "there is no judge" });

const realClock = {
  now: () => performance.now(),
  wall: () => 0,
  sleep: (ms: number, signal?: AbortSignal) =>
    new Promise<void>((resolve, reject) => {
      const timer = setTimeout(resolve, ms);
      signal?.addEventListener("abort", () => {
        clearTimeout(timer);
        reject(new Error("aborted"));
      });
    }),
};
