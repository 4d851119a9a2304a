import type { Outcome } from "../domain/outcome.ts";
import type { Backend, Clock, Request, ToldLimits } from "../domain/ports.ts";

interface Call {
  readonly controller: AbortController;
  readonly deadline: () => number;
  readonly expire: () => void;
}

/** How a call is made. */
export interface How {
  readonly timeoutMs: number;
  /** Hears what the server says about its limits. */
  readonly told: (limits: ToldLimits) => void;
  /** Time that the calls of a workflow have waited for their servers' limits, ms: the deadline is that much later. */
  readonly waitedMs?: (() => number) | undefined;
}

/** The calls in flight. */
export interface Calls {
  /** Asks once. A backend that outlives its deadline is cut off and counts as a timeout. */
  ask(backend: Backend, request: Request, how: How): Promise<Outcome>;
  /** Cuts off every call that is past its deadline; `lostMs` more of the time until now could not be used, and is given again. */
  expireLate(lostMs: number): void;
  /** Cuts off everything. */
  abortAll(): void;
}

/** A backend keeps its own deadline and words it better; this one is for a backend that hangs. */
export const SLACK_MS = 2000;

export function startCalls(clock: Clock): Calls {
  const calls = new Set<Call>();
  /** Of calls that are over: to make one takes longer than all else here. */
  const unused: AbortController[] = [];
  let allLostMs = 0;
  return {
    ask: (backend, request, { timeoutMs, told, waitedMs }) =>
      new Promise((resolve, reject) => {
        const controller = unused.pop() ?? new AbortController();
        const expire = () => resolve(timedOut(timeoutMs));
        const last = clock.now() + timeoutMs + SLACK_MS - allLostMs;
        const call = { controller, deadline: () => last + allLostMs + (waitedMs?.() ?? 0), expire };
        calls.add(call);
        const forget = () => {
          calls.delete(call);
          if (backend.forgetsSignals === true && !controller.signal.aborted) unused.push(controller);
        };
        backend.ask(request, controller.signal, told).then(
          (outcome) => {
            forget();
            resolve(outcome);
          },
          (error: unknown) => {
            forget();
            reject(error);
          },
        );
      }),
    expireLate: (lostMs) => {
      allLostMs += lostMs;
      const now = clock.now();
      for (const call of calls) {
        if (now < call.deadline()) continue;
        calls.delete(call);
        call.expire();
        call.controller.abort();
      }
    },
    abortAll: () => {
      for (const { controller } of calls) controller.abort();
    },
  };
}

/** What a call comes to that was cut off at its deadline. */
export function timedOut(timeoutMs: number): Outcome {
  return {
    kind: "failed",
    failure: {
      code: "timeout",
      message: `no answer within ${timeoutMs} ms`,
      retryable: true,
      retryAfterMs: undefined,
      httpStatus: undefined,
      partialText: undefined,
    },
  };
}
