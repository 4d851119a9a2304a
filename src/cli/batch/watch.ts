import type { Failure } from "../../domain/outcome.ts";
import { Refusal } from "../../domain/ports.ts";
import { type BatchState, type OpenBatch, pause } from "./batch-state.ts";
import { collectBatch } from "./collect.ts";
import { modelOf } from "./submit.ts";

const FIRST_WAIT_MS = 1000;
const LONGEST_WAIT_MS = 60_000;
const GROWTH = 1.5;
/** So long a provider may give no answer about its batches before the run is left to a resume, ms. */
const PATIENCE_MS = 30 * 60_000;

/** Asks after the batches that are out, ever more seldom, and collects each that is over; ends early at the signal. */
export async function watchBatches(state: BatchState): Promise<void> {
  let waitMs = FIRST_WAIT_MS;
  let silentSince: number | undefined;
  while (state.open.length > 0 && !state.signal.aborted) {
    let failed: Failure | undefined;
    for (const batch of [...state.open]) {
      const looked = await look(state, batch);
      if (state.signal.aborted) return;
      if (looked === "over") {
        state.open.splice(state.open.indexOf(batch), 1);
        waitMs = FIRST_WAIT_MS;
      } else if (looked !== "out") failed ??= looked;
    }
    if (state.open.length === 0) return;
    const now = state.clock.now();
    silentSince = failed === undefined ? undefined : (silentSince ?? now);
    if (failed !== undefined && silentSince !== undefined && now - silentSince > PATIENCE_MS)
      throw unwatched(state, failed);
    if (!(await pause(state, Math.max(waitMs, failed?.retryAfterMs ?? 0)))) return;
    waitMs = Math.min(LONGEST_WAIT_MS, waitMs * GROWTH);
  }
}

/** Asks after one batch; a failure is one that may pass. */
async function look(state: BatchState, batch: OpenBatch): Promise<"out" | "over" | Failure> {
  const { backend } = modelOf(state, batch.model);
  const asked = await backend.progress(batch.name, state.signal);
  if (state.signal.aborted) return "out";
  if (!asked.ok) {
    const { failure } = asked;
    if (failure.retryable) return failure;
    if (failure.code !== "unknown-model") throw unwatched(state, failure);
    await collectBatch(state, batch, "its provider does not know it any more");
    return "over";
  }
  const { isOver, done, total, fault } = asked.value;
  if (isOver) {
    await collectBatch(state, batch, fault);
    return state.signal.aborted ? "out" : "over";
  }
  const shown = done === undefined || total === undefined || total === 0 ? "" : `${done} of ${total}`;
  if (shown !== "" && shown !== batch.shown)
    state.notice(`${batch.model}: batch ${batch.number}, ${shown} done`);
  batch.shown = shown;
  return "out";
}

function unwatched({ runArgument }: BatchState, { message }: Failure): Refusal {
  return new Refusal(
    "E2016",
    `the batches cannot be asked after: ${message}`,
    `They go on at their provider: evals resume ${runArgument} collects them.`,
  );
}
