import { Worker } from "node:worker_threads";
import { builtProgram } from "../domain/built-program.ts";
import type { JsonObject } from "../domain/json.ts";
import type { Score } from "../domain/score.ts";
import { unscored } from "./judgement.ts";
import type { ScoringInput } from "./scorer.ts";

/** A judgement that would keep this process busy, as a thread is told of it: plain data. */
export interface HeavyJob {
  /** Name on the shelf; it asks for nothing but its input. */
  readonly scorer: string;
  /** Rendered. */
  readonly options: JsonObject;
  readonly input: ScoringInput;
}

/** Threads that score, so that answers are read and timed as they come meanwhile. A resource: close it. */
export interface ScorePool {
  /** Does not throw: where the thread is lost or its time is up, the answer is unscored. */
  score(job: HeavyJob, timeoutMs: number): Promise<Score>;
  /** How many answers are worth scoring side by side now: more than one only while threads are at work. */
  width(): number;
  close(): Promise<void>;
}

const CLOSED = unscored("scorer-crashed", "the run ended before the answer was scored");

/** At most that many threads, none until there is a job for it; each does one job at a time and is used again. */
export function createScorePool(threads: number, program = builtProgram("scorers/score-thread")): ScorePool {
  const idle: ScoreThread[] = [];
  const busy = new Set<ScoreThread>();
  const queue: (() => void)[] = [];
  let free = threads;
  let pending = 0;
  let isClosed = false;
  const inThread = async (job: HeavyJob, timeoutMs: number) => {
    const thread = idle.pop() ?? new ScoreThread(program);
    busy.add(thread);
    const score = await thread.score(job, timeoutMs);
    busy.delete(thread);
    if (thread.isUsable) idle.push(thread);
    return score;
  };
  const work = async (job: HeavyJob, timeoutMs: number) => {
    if (free > 0) free -= 1;
    else await new Promise<void>((resolve) => queue.push(resolve));
    const score = isClosed ? CLOSED : await inThread(job, timeoutMs);
    const next = queue.shift();
    if (next === undefined) free += 1;
    else next();
    return score;
  };
  return {
    score: async (job, timeoutMs) => {
      pending += 1;
      try {
        return await work(job, timeoutMs);
      } finally {
        pending -= 1;
      }
    },
    width: () => (pending === 0 ? 1 : 2 * threads),
    close: async () => {
      isClosed = true;
      await Promise.all([...idle.splice(0), ...busy].map((thread) => thread.stop()));
    },
  };
}

/** To load a thread on a machine that has much else to do, ms; it is no part of a scorer's time. */
const START_MS = 30_000;

class ScoreThread {
  readonly #worker: Worker;
  #done: ((score: Score) => void) | undefined;
  #lost: string | undefined;
  #isReady = false;

  constructor(program: URL) {
    // No heap limit of its own: V8 ends the whole process where one allocation goes far beyond it.
    this.#worker = new Worker(program, { env: {}, execArgv: [], stdout: true });
    this.#worker.stdout.resume();
    this.#worker.on("message", (score: Score | "ready") => {
      if (score === "ready") this.#isReady = true;
      else this.#end(score);
    });
    this.#worker.on("error", (error) => this.#lose(error instanceof Error ? error.message : String(error)));
    this.#worker.on("exit", () => this.#lose("it ended"));
    this.#worker.unref();
  }

  get isUsable(): boolean {
    return this.#lost === undefined;
  }

  async score(job: HeavyJob, timeoutMs: number): Promise<Score> {
    const limitMs = this.#isReady ? timeoutMs : timeoutMs + START_MS;
    let timer: NodeJS.Timeout | undefined;
    try {
      return await new Promise<Score>((resolve) => {
        this.#done = resolve;
        if (this.#lost !== undefined) return this.#lose(this.#lost);
        timer = setTimeout(() => {
          this.#end(unscored("scorer-timeout", `the scorer took more than ${timeoutMs / 1000} s`));
          void this.stop();
        }, limitMs);
        this.#worker.ref();
        this.#worker.postMessage(job);
      });
    } finally {
      clearTimeout(timer);
      this.#worker.unref();
    }
  }

  async stop(): Promise<void> {
    this.#lost ??= "it was stopped";
    await this.#worker.terminate();
  }

  #lose(reason: string): void {
    this.#lost ??= reason;
    this.#end(unscored("scorer-crashed", `the scorer's thread was lost: ${this.#lost}`));
  }

  #end(score: Score): void {
    this.#done?.(score);
    this.#done = undefined;
  }
}
