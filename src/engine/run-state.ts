import type { Case } from "../domain/dataset.ts";
import type { Model, Price } from "../domain/model.ts";
import type { Answer, Failure, Outcome } from "../domain/outcome.ts";
import type { Backend, Clock, Random, Sharing } from "../domain/ports.ts";
import type { AskedPrompt } from "../domain/prompt.ts";
import type { Sample, SampleId } from "../domain/sample.ts";
import type { Task } from "../domain/suite.ts";
import type { Purse } from "./budget.ts";
import type { Calls } from "./calls.ts";
import type { CaseWindow } from "./case-window.ts";
import type { AnswerIntake } from "./intake.ts";
import type { Lane } from "./lane.ts";
import type { Pace } from "./pace.ts";

/** What happens during a run, in order. */
export type RunEvent =
  | {
      readonly kind: "sample";
      readonly sample: Sample;
      readonly task: Task;
      readonly case: Case;
      /** What was asked. */
      readonly prompt: AskedPrompt;
      /** Where the outcome comes from: a call of now, the answer cache, or the journal of the run that is resumed. */
      readonly origin: "asked" | "cache" | "journal";
      /** What the intake holds of it, in characters: to be released once it is scored. */
      readonly held: number;
    }
  /** A server asked to wait: nothing is sent to this model until then (monotonic clock). */
  | { readonly kind: "waiting"; readonly model: string; readonly untilMs: number; readonly reason: string }
  /** Nothing more is asked of this model; its other samples follow as failed with this failure and 0 attempts. */
  | { readonly kind: "paused"; readonly model: string; readonly failure: Failure }
  /** The run ends before all samples were asked. */
  | { readonly kind: "stopped"; readonly reason: StopReason };

/** Why a run ends before all samples were asked. */
export type StopReason = "interrupted" | "bail" | "budget" | "decided";

/** Another model that a workflow asks. */
export interface OtherModel {
  readonly model: Model;
  readonly price: Price | undefined;
  readonly longestAnswer: number | undefined;
}

/** A connected model, as the composition root binds it. */
export interface BoundModel {
  readonly backend: Backend;
  readonly sharing: Sharing;
  /** False where an answer depends on more than the request (`replay`, `module`, `simulated`). */
  readonly cacheable: boolean;
  readonly price: Price | undefined;
  /** Longest answer in tokens, where there is a limit. */
  readonly longestAnswer: number | undefined;
  /** Of a model that is asked elsewhere (in batches): the end of a sample that is neither journalled nor cached. */
  readonly decided?: ((sample: SampleId) => Outcome) | undefined;
  /** The other models that its workflow asks. */
  readonly others?: readonly OtherModel[] | undefined;
}

/** All that a run touches. */
export interface RunPorts {
  /** By model name. */
  readonly models: ReadonlyMap<string, BoundModel>;
  readonly clock: Clock;
  readonly random: Random;
  /** The paces of models that others ask as well, by what is one model for its server; absent where nobody does. */
  readonly paces?: Map<string, Pace> | undefined;
  /** What may be spent; the run keeps it up to date. */
  readonly purse: Purse;
  /** Graceful stop: no new calls, those in flight get `graceMs`. */
  readonly signal: AbortSignal;
  readonly graceMs: number;
  /** Nothing more needs to be asked: no new calls, those in flight end. */
  readonly decided?: AbortSignal | undefined;
  /** Absent where nothing bounds what large answers take. */
  readonly intake?: AnswerIntake | undefined;
  readonly journal: { append(sample: Sample): Promise<void> };
  /** The answers of the run that is resumed. */
  readonly answered:
    | {
        has(id: SampleId, requestKey: string): boolean;
        /** Of its record. */
        bytes(id: SampleId, requestKey: string): number;
        read(id: SampleId, requestKey: string): Promise<Sample>;
      }
    | undefined;
  readonly cache:
    | { get(key: string): Answer | undefined; put(key: string, answer: Answer): Promise<void> }
    | undefined;
}

export interface RunOptions {
  /** Calls in flight over all models. */
  readonly concurrency: number;
  /** Failed samples after which nothing more is asked; `undefined` goes on. */
  readonly bail: number | undefined;
  /**
   * Cases that the fastest model may be ahead of the slowest, and samples that may wait for the reader of the events:
   * few where what is read may end the run, as what was asked beyond that is paid for in vain.
   */
  readonly mostAhead?: number | undefined;
}

/** The moving parts of a run: nothing in here grows with the number of samples. */
export interface RunState {
  readonly ports: RunPorts;
  readonly options: RunOptions;
  readonly calls: Calls;
  lanes: readonly Lane[];
  window: CaseWindow;
  /** By model, from the parts of the run before this one. */
  readonly parked: Map<string, Lane>;
  readonly events: RunEvent[];
  /** By what is one model for its server. */
  readonly paces: Map<string, Pace>;
  /** When the limits of a server allow the next call, as far as is known now, ms. */
  nextPermitAt: number;
  /** When the timer for it rings, ms. */
  wakesAt: number;
  /** Calls in flight. */
  inFlight: number;
  /** Samples being saved or read back. */
  settling: number;
  failed: number;
  stopReason: StopReason | undefined;
  /** The first fault of storage or of our own code: ends the run. */
  fault: { readonly error: unknown } | undefined;
  /** The calls in flight are no longer waited for. */
  isCutOff: boolean;
  /** Ends every wait for another attempt. */
  readonly stopping: AbortController;
  /** Wakes the reader of the events. */
  wake: () => void;
}

const FAR_AHEAD = 1024;
/** Results that wait to be written or read: more of them are only older garbage. */
const MOST_WAITING = 256;

/** How far models may be ahead of each other, and results of their reader. */
export function mostAhead({ mostAhead: chosen = FAR_AHEAD }: RunOptions): number {
  return chosen;
}

/** Whether the reader keeps up, so that more may be started. */
export function hasCapacity(state: RunState): boolean {
  if (state.ports.intake?.isFull() === true) return false;
  return state.events.length + state.settling < Math.min(MOST_WAITING, mostAhead(state.options));
}

/** Whether no new call may start. */
export function isStopping(state: RunState): boolean {
  return state.stopReason !== undefined || state.fault !== undefined;
}

/**
 * Whether nothing more is started at all. Where the money is gone, or too much failed, the answers that are there are
 * still taken up: they cost nothing.
 */
export function isEnding(state: RunState): boolean {
  if (!isStopping(state)) return false;
  return state.fault !== undefined || (state.stopReason !== "budget" && state.stopReason !== "bail");
}

/** Ends the run early, with what is in flight kept. */
export function stopRun(state: RunState, reason: StopReason): void {
  if (isEnding(state) || (isStopping(state) && reason !== "interrupted")) return;
  state.stopReason = reason;
  state.events.push({ kind: "stopped", reason });
  state.stopping.abort();
  state.wake();
}

/** Ends the run with an error, after what is in flight has been saved as far as it can be. */
export function failRun(state: RunState, error: unknown): void {
  state.fault ??= { error };
  state.stopping.abort();
  state.wake();
}

/** Models that may be asked side by side: of those that share one host's memory, one a phase. */
export function phasesOf(
  models: readonly Model[],
  bound: ReadonlyMap<string, Pick<BoundModel, "sharing">>,
): readonly (readonly Model[])[] {
  const phases: Model[][] = [];
  const used = new Map<string, number>();
  for (const model of models) {
    const alone = bound.get(model.name)?.sharing === "one-model-at-a-time";
    const host = JSON.stringify([model.backend, model.options["host"] ?? model.options["base_url"] ?? null]);
    const phase = alone ? (used.get(host) ?? 0) : 0;
    if (alone) used.set(host, phase + 1);
    phases[phase] = [...(phases[phase] ?? []), model];
  }
  return phases;
}
