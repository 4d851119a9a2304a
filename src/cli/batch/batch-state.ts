import { createHash } from "node:crypto";
import type { Model, Price } from "../../domain/model.ts";
import type { Answer, Failure } from "../../domain/outcome.ts";
import type { BatchBackend, Clock } from "../../domain/ports.ts";
import type { SampleId } from "../../domain/sample.ts";
import type { CostBound, Purse } from "../../engine/budget.ts";
import type { Journal } from "../../storage/journal.ts";

/** A model that is asked in batches, connected. */
export interface BatchedModel {
  readonly model: Model;
  readonly backend: BatchBackend;
  readonly price: Price | undefined;
  /** `undefined` in a run without a budget in USD. */
  readonly bound: CostBound | undefined;
}

/** A batch that is at its provider. */
export interface OpenBatch {
  readonly number: number;
  readonly model: string;
  readonly name: string;
  /** How many of its items were done when last asked, as it was shown. */
  shown: string;
}

/** The moving parts of the batches of a run. */
export interface BatchState {
  readonly runId: string;
  /** As a command line names the run. */
  readonly runArgument: string;
  readonly directory: string;
  readonly models: ReadonlyMap<string, BatchedModel>;
  readonly journal: Journal;
  readonly cache:
    | { get(key: string): Answer | undefined; put(key: string, answer: Answer): Promise<void> }
    | undefined;
  readonly purse: Purse;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** A line for people. */
  notice(text: string): void;
  readonly open: OpenBatch[];
  /** Items that have no answer, and why. */
  readonly failures: Map<string, Failure>;
  /** Models that take no more batches, and why. */
  readonly stopped: Map<string, Failure>;
  /** Names at the providers that are known to be ours. */
  readonly names: string[];
  nextNumber: number;
  capReached: boolean;
}

/** The id of a sample's item: the same in every batch of a run, and nobody else's. */
export function itemId(runId: string, { task, caseId, target, repeat }: SampleId): string {
  const text = JSON.stringify([runId, task, caseId, target, repeat]);
  return `evals-${createHash("sha256").update(text).digest("hex").slice(0, 40)}`;
}

/** Waits; false where the run is to stop. */
export async function pause({ clock, signal }: BatchState, ms: number): Promise<boolean> {
  try {
    await clock.sleep(ms, signal);
    return !signal.aborted;
  } catch {
    return false;
  }
}
