import type { TestResult } from "../domain/sandbox.ts";
import { type Say, type Seat, timeText } from "./seat.ts";

/** A job and how long it may take. */
export interface WatchedJob<Job> {
  readonly job: Job;
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

/** How a job ended, and the tests that were heard of until then. */
export interface Watched<Result> {
  readonly tests: readonly TestResult[];
  readonly end:
    | { readonly kind: "ended"; readonly result: Result }
    /** It was still running after its time. */
    | { readonly kind: "late"; readonly reason: string }
    /** Its thread or process ended in the middle of it. */
    | { readonly kind: "lost"; readonly reason: string }
    /** It could not be started, or was called off. */
    | { readonly kind: "unstarted"; readonly reason: string };
}

/** Longest time to load an engine on a busy machine, ms. */
const START_MS = 60_000;
/** What a job gets to end by itself before it is killed from outside, ms. */
const GRACE_MS = 250;

/** Runs a job on a seat and kills it when its time is over. A seat whose job did not end by itself is spent. */
export async function watchJob<Job, Result>(
  seat: Seat<Job, Result>,
  watched: WatchedJob<Job>,
): Promise<{ value: Watched<Result>; isSpent: boolean }> {
  const names: string[] = [];
  const withdrawn = new Set<number>();
  const failures = new Map<number, string | undefined>();
  const end = await endOf(seat, watched, (word) => {
    if (word.kind === "planned") names.push(...word.tests);
    if (word.kind === "withdrawn") withdrawn.add(word.test);
    if (word.kind === "judged") failures.set(word.test, word.failure ?? undefined);
  });
  const missing = end.kind === "ended" ? "it was not reached" : end.reason;
  const tests = names
    .map((name, index) => ({ name, index, failure: failures.has(index) ? failures.get(index) : missing }))
    .filter(({ index }) => !withdrawn.has(index))
    .map(({ name, failure }) => ({ name, failure }));
  return { value: { tests, end }, isSpent: end.kind !== "ended" };
}

async function endOf<Job, Result>(
  seat: Seat<Job, Result>,
  { job, timeoutMs, signal }: WatchedJob<Job>,
  hear: Say<Result>,
): Promise<Watched<Result>["end"]> {
  const stop = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  try {
    return await new Promise((resolve) => {
      let hasStarted = false;
      const arm = (ms: number, end: Watched<Result>["end"]) => {
        clearTimeout(timer);
        // Timers come before messages in a turn of the loop: a busy process has not read yet what came in time.
        timer = setTimeout(() => setImmediate(resolve, end), ms);
      };
      const onAbort = () => resolve({ kind: "unstarted", reason: "it was called off" });
      signal.addEventListener("abort", onAbort, { signal: stop.signal });
      if (signal.aborted) onAbort();
      arm(START_MS, { kind: "unstarted", reason: `it did not start within ${START_MS / 1000} s` });
      seat.start(
        job,
        (word) => {
          if (word.kind === "ended") return resolve({ kind: "ended", result: word.result });
          if (word.kind === "started") {
            hasStarted = true;
            arm(timeoutMs + GRACE_MS, { kind: "late", reason: timeText(timeoutMs) });
          }
          hear(word);
        },
        (reason) => resolve({ kind: hasStarted ? "lost" : "unstarted", reason }),
      );
    });
  } finally {
    clearTimeout(timer);
    stop.abort();
  }
}
