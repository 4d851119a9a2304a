import type { ModelSettings } from "../domain/model.ts";
import type { Failure } from "../domain/outcome.ts";
import type { Clock } from "../domain/ports.ts";
import { failure } from "./http-failure.ts";
import { listeningLimit } from "./listening-limit.ts";

/** Watches one call: its total deadline, the silence between chunks, the caller's signal, and when it was on the wire. */
export interface CallGuard {
  readonly clock: Clock;
  /** Calls `cut` when the request is to end, for whichever of the three reasons; at once where it has to already. */
  onCut(cut: () => void): void;
  /** The request goes out now. */
  sent(): void;
  /** The last byte of the answer came now. */
  ended(): void;
  /** When it was sent and ended, ms on the monotonic clock; now, for what has not happened. */
  times(): { readonly sentAt: number; readonly endedAt: number };
  /** Restarts the idle timer: something came. */
  heard(): void;
  /** Remembers the first fault of the wire; later ones are its consequences. */
  blame(fault: Failure): void;
  /** Why the call broke, if it did. */
  fault(): Failure | undefined;
  /** The caller's signal stopped it. */
  interrupted(): boolean;
  release(): void;
}

/** Starts the timers of one call. Call `release` when it is over. */
export function guardCall(
  clock: Clock,
  settings: Pick<ModelSettings, "timeoutMs" | "idleTimeoutMs">,
  caller: AbortSignal,
): CallGuard {
  let cut: (() => void) | undefined;
  let isCut = caller.aborted;
  let sentAt: number | undefined;
  let endedAt: number | undefined;
  let fault: Failure | undefined;
  let interrupted = caller.aborted;
  const blame = (found: Failure) => {
    fault ??= found;
  };
  const end = () => {
    isCut = true;
    cut?.();
  };
  const expire = (message: string) => {
    blame(failure("timeout", message));
    end();
  };
  const total = listeningLimit(settings.timeoutMs, clock, () =>
    expire(`No complete answer within ${settings.timeoutMs} ms.`),
  );
  const idle = listeningLimit(settings.idleTimeoutMs, clock, () =>
    expire(`The server was silent for ${settings.idleTimeoutMs} ms.`),
  );
  const stop = () => {
    interrupted = true;
    end();
  };
  caller.addEventListener("abort", stop, { once: true });
  return {
    clock,
    onCut: (listener) => {
      cut = listener;
      if (isCut) listener();
    },
    sent: () => {
      sentAt = clock.now();
    },
    ended: () => {
      endedAt = clock.now();
    },
    times: () => ({ sentAt: sentAt ?? clock.now(), endedAt: endedAt ?? clock.now() }),
    heard: idle.restart,
    blame,
    fault: () => fault,
    interrupted: () => interrupted,
    release: () => {
      total.end();
      idle.end();
      caller.removeEventListener("abort", stop);
    },
  };
}
