import type { Outcome } from "../domain/outcome.ts";
import type { Sample } from "../domain/sample.ts";
import type { Job, Lane } from "./lane.ts";

/** How a job ended. */
export interface Ending {
  readonly outcome: Outcome;
  /** From the answer cache. */
  readonly cached: boolean;
  /** Wall clock, ms. */
  readonly at: number;
}

/** What is journalled of a job that is over. */
export function endedSample({ model }: Lane, job: Job, { outcome, cached, at }: Ending): Sample {
  const { task, case: item, repeat } = job.request;
  return {
    task,
    caseId: item.id,
    target: model.name,
    repeat,
    requestKey: job.requestKey,
    attempts: job.attempts,
    outcome,
    queuedMs: job.queuedMs,
    cached,
    at: new Date(at).toISOString(),
  };
}
