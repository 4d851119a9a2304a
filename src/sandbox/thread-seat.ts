import { Worker } from "node:worker_threads";
import { builtProgram } from "../domain/built-program.ts";
import type { Say, Seat, Word } from "./seat.ts";

/** The V8 stack of a thread, MB: above what the guest's own limit of its stack needs. */
const STACK_MB = 16;
const HEAP_MB = 256;

/** A seat that is a thread of its own, running a program of this folder with an empty environment. */
export function threadSeat<Job, Result>(program: string): Seat<Job, Result> {
  const worker = new Worker(builtProgram(`sandbox/${program}`), {
    env: {},
    argv: [],
    execArgv: [],
    stdin: false,
    stdout: true,
    stderr: true,
    resourceLimits: { stackSizeMb: STACK_MB, maxOldGenerationSizeMb: HEAP_MB },
  });
  worker.stdout.resume();
  worker.stderr.resume();
  let hear: Say<Result> | undefined;
  let lost: ((reason: string) => void) | undefined;
  let failure = "its thread ended";
  let hasEnded = false;
  worker.unref();
  worker.on("message", (word: Word<Result>) => {
    if (word.kind === "ended") worker.unref();
    hear?.(word);
  });
  worker.on("error", (error) => {
    failure = error instanceof Error ? error.message : String(error);
  });
  worker.on("exit", () => {
    hasEnded = true;
    lost?.(failure);
  });
  return {
    start(job, onWord, onLost) {
      hear = onWord;
      lost = onLost;
      if (hasEnded) return onLost(failure);
      worker.ref();
      worker.postMessage(job);
    },
    async stop() {
      await worker.terminate();
    },
  };
}
