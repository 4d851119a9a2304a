import type { ModelSettings } from "../domain/model.ts";
import type { Failure } from "../domain/outcome.ts";
import type { Clock } from "../domain/ports.ts";
import { startDeadlines } from "./deadlines.ts";
import { failure } from "./http-failure.ts";

/** Watches one call: its total deadline, the silence between chunks, the caller's signal, and when it was on the wire. */
export interface CallGuard {
  readonly clock: Clock;
  /** Calls `cut` when the request is to end, for whichever of the three reasons; at once where it has to already. */
  onCut(cut: () => void): void;
  /** The request goes out now. */
  sent(): void;
  /** Something came now; says when that is, ms on the monotonic clock. The silence begins anew. */
  heard(): number;
  /** What came at a moment is read now. */
  reads(at: number): void;
  /** When that came which is being read. */
  readonly heardAt: () => number;
  /** The last byte of the answer came then. */
  ended(at: number): void;
  /** When it was sent and ended, ms on the monotonic clock; now, for what has not happened. */
  times(): { readonly sentAt: number; readonly endedAt: number };
  /** Remembers the first fault of the wire; later ones are its consequences. */
  blame(fault: Failure): void;
  /** Why the call broke, if it did. */
  fault(): Failure | undefined;
  /** The caller's signal stopped it. */
  interrupted(): boolean;
  release(): void;
}

type Limits = Pick<ModelSettings, "timeoutMs" | "idleTimeoutMs">;

/** Guards the calls of one connection, each from now on until its `release`. */
export function startGuards(clock: Clock, limits: Limits): (caller: AbortSignal) => CallGuard {
  const deadlines = startDeadlines(clock);
  const { timeoutMs, idleTimeoutMs } = limits;
  return (caller) => {
    const startedAt = clock.now();
    let cut: (() => void) | undefined;
    let isCut = caller.aborted;
    let sentAt: number | undefined;
    let heardAt = startedAt;
    let readAt = startedAt;
    let endedAt: number | undefined;
    let fault: Failure | undefined;
    const end = () => {
      isCut = true;
      cut?.();
    };
    let notBefore = startedAt;
    const totalAt = () => startedAt + timeoutMs;
    const silentAt = () => heardAt + idleTimeoutMs;
    const due = {
      dueAt: () =>
        endedAt === undefined
          ? Math.max(notBefore, Math.min(totalAt(), silentAt()))
          : Number.POSITIVE_INFINITY,
      goOn: (lateMs: number) => {
        notBefore = clock.now() + Math.min(lateMs, silentAt() < totalAt() ? idleTimeoutMs : timeoutMs);
      },
      expire: () => {
        fault ??= failure(
          "timeout",
          silentAt() < totalAt()
            ? `The server was silent for ${idleTimeoutMs} ms.`
            : `No complete answer within ${timeoutMs} ms.`,
        );
        end();
      },
    };
    deadlines.watch(due);
    caller.addEventListener("abort", end, { once: true });
    return {
      clock,
      onCut: (listener) => {
        cut = listener;
        if (isCut) listener();
      },
      sent: () => {
        sentAt = clock.now();
      },
      heard: () => {
        heardAt = clock.now();
        return heardAt;
      },
      reads: (at) => {
        readAt = at;
      },
      heardAt: () => readAt,
      ended: (at) => {
        endedAt = at;
      },
      times: () => ({ sentAt: sentAt ?? clock.now(), endedAt: endedAt ?? clock.now() }),
      blame: (found) => {
        fault ??= found;
      },
      fault: () => fault,
      interrupted: () => caller.aborted,
      release: () => {
        deadlines.forget(due);
        caller.removeEventListener("abort", end);
      },
    };
  };
}
