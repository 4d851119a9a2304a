import type { ModelSettings } from "../domain/model.ts";
import type { Failure } from "../domain/outcome.ts";
import type { Clock } from "../domain/ports.ts";
import { failure } from "./http-failure.ts";

/** Watches one call: its total deadline, the silence between chunks, and the caller's signal. */
export interface CallGuard {
  /** Aborts the request, for whichever of the three reasons. */
  readonly signal: AbortSignal;
  readonly clock: Clock;
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
  const controller = new AbortController();
  let fault: Failure | undefined;
  let interrupted = caller.aborted;
  const blame = (found: Failure) => {
    fault ??= found;
  };
  const expire = (message: string) => {
    blame(failure("timeout", message));
    controller.abort();
  };
  const total = setTimeout(
    () => expire(`No complete answer within ${settings.timeoutMs} ms.`),
    settings.timeoutMs,
  );
  const idle = setTimeout(
    () => expire(`The server was silent for ${settings.idleTimeoutMs} ms.`),
    settings.idleTimeoutMs,
  );
  const stop = () => {
    interrupted = true;
    controller.abort();
  };
  if (caller.aborted) controller.abort();
  else caller.addEventListener("abort", stop, { once: true });
  return {
    signal: controller.signal,
    clock,
    heard: () => {
      idle.refresh();
    },
    blame,
    fault: () => fault,
    interrupted: () => interrupted,
    release: () => {
      clearTimeout(total);
      clearTimeout(idle);
      caller.removeEventListener("abort", stop);
    },
  };
}
