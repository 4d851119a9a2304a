import type { Outcome } from "./outcome.ts";

/** One ask: (task, case, target, repeat). */
export interface SampleId {
  readonly task: string;
  readonly caseId: string;
  readonly target: string;
  /** 0-based. */
  readonly repeat: number;
}

/** One ask and its outcome, as it is journalled. */
export interface Sample extends SampleId {
  /** Content address of the request: what the cache and resume go by. */
  readonly requestKey: string;
  /** Attempts used, the first included. */
  readonly attempts: number;
  readonly outcome: Outcome;
  /** Waiting in our own queue and for retries, ms: apart from latency. */
  readonly queuedMs: number;
  /** Read from the answer cache: its latency was measured then, not now. */
  readonly cached: boolean;
  /** When the answer was complete: ISO 8601, UTC. */
  readonly at: string;
}

/** Whether a sample came to an answer, of whatever kind: one that a resumed run does not ask again. */
export function isAnswer({ outcome }: Pick<Sample, "outcome">): boolean {
  return outcome.kind !== "failed" && outcome.kind !== "skipped";
}
