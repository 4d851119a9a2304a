import type { Dispatcher } from "undici";
import type { CallGuard } from "./call-guard.ts";

/** A request as an SDK makes it. */
export interface HttpRequest {
  readonly origin: string;
  readonly path: string;
  readonly headers: { readonly [name: string]: string };
  readonly body: string;
}

/** What a server said before the body: as much of `Headers` as is read here. */
export interface HeaderLookup {
  get(name: string): string | null;
}

/** Hears an answer as it comes; what it throws ends the exchange. */
export interface HttpListener {
  started(status: number, headers: HeaderLookup): void;
  received(bytes: Buffer): void;
}

/**
 * Posts one request, and tells what comes back as it comes: no stream and no promise for each piece. Resolves behind
 * the last byte; rejects with the fault of the socket, with what the listener throws, or once the guard cuts it off.
 * Redirects are not followed: a key must not travel to another host.
 */
export function exchange(
  dispatcher: Dispatcher,
  { origin, path, headers, body }: HttpRequest,
  listener: HttpListener,
  guard: CallGuard,
): Promise<void> {
  return new Promise((resolve, reject) => {
    let running: Dispatcher.DispatchController | undefined;
    let cutOff: Error | undefined;
    guard.onCut(() => {
      cutOff = new Error("cut off");
      running?.abort(cutOff);
      reject(cutOff);
    });
    guard.sent();
    dispatcher.dispatch(
      { origin, path, method: "POST", headers, body },
      {
        onRequestStart: (controller) => {
          running = controller;
          if (cutOff !== undefined) controller.abort(cutOff);
        },
        onResponseStart: (_, status, told) => {
          // 1xx is no answer yet.
          if (status >= 200) listener.started(status, lookup(told));
        },
        onResponseData: (_, bytes) => listener.received(bytes),
        onResponseEnd: () => {
          guard.ended();
          resolve();
        },
        onResponseError: (_, error) => reject(error),
      },
    );
  });
}

function lookup(headers: { readonly [name: string]: string | readonly string[] | undefined }): HeaderLookup {
  return {
    get: (name) => {
      const value = headers[name];
      return typeof value === "string" ? value : (value?.join(", ") ?? null);
    },
  };
}
