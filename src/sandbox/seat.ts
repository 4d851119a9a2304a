/** What is heard of a job, in order. `ended` comes last. */
export type Word<Result> =
  /** Everything is loaded and the job's own time begins. */
  | { readonly kind: "started" }
  /** Tests by name; they are counted from 0, over all that are planned. */
  | { readonly kind: "planned"; readonly tests: readonly string[] }
  /** What was planned as one test holds several, which are planned in its place. */
  | { readonly kind: "withdrawn"; readonly test: number }
  | { readonly kind: "judged"; readonly test: number; readonly failure: string | null }
  | { readonly kind: "ended"; readonly result: Result };

/** How a program ends a trial: `TrialResult` without the tests, which are heard of one by one. */
export type TrialEnd =
  | { readonly kind: "tested" }
  | { readonly kind: "broken" | "no-tests" | "failed"; readonly reason: string };

/** Says one word. */
export type Say<Result> = (word: Word<Result>) => void;

/** A thread or a process that does one job at a time. A resource: stop it, also in the middle of a job. */
export interface Seat<Job, Result> {
  /** `lost` is called where it ends or is lost before the job's end. */
  start(job: Job, hear: Say<Result>, lost: (reason: string) => void): void;
  stop(): Promise<void>;
}

/** The name of a text of tests that names none itself: the text where it is short. */
export function testName(text: string, index: number): string {
  const line = text.trim();
  return line.length <= 80 && !line.includes("\n") ? line : `test ${index + 1}`;
}

/** The words for code that took too long. */
export function timeText(timeoutMs: number): string {
  return `not finished after ${timeoutMs / 1000} s`;
}
