import { LATE_NOTE, type Outcome } from "../domain/outcome.ts";

/** A delay below both of these is not worth a word. */
const LEAST_MS = 5;
const LEAST_SHARE = 0.03;

/** How an answer came to us. */
export interface Arrival {
  /** How long it may have lain there unread, because this process was busy. */
  readonly lateMs: number;
  /** How long the call took as the engine saw it. */
  readonly tookMs: number;
}

/** An answer whose latency may be longer than the model's own carries a note. */
export function markLate(outcome: Outcome, { lateMs, tookMs }: Arrival): Outcome {
  if (outcome.kind === "failed" || outcome.kind === "skipped") return outcome;
  const { answer } = outcome;
  const { notes, timings } = answer;
  const { latencyMs } = timings;
  // The backend knows already.
  if (notes.includes(LATE_NOTE)) return outcome;
  // Recorded and made-up latencies were not timed here: they do not fit into the call.
  if (latencyMs === undefined || latencyMs > tookMs || notes.includes("simulated")) return outcome;
  if (lateMs < LEAST_MS || lateMs < LEAST_SHARE * latencyMs) return outcome;
  return { kind: outcome.kind, answer: { ...answer, notes: [...notes, LATE_NOTE] } };
}
