import type { Dispatcher } from "undici";
import type { CallGuard } from "./call-guard.ts";
import type { Inbox } from "./inbox.ts";

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

/** Hears an answer as it comes, in order; what it throws ends the exchange. */
export interface HttpListener {
  started(status: number, headers: HeaderLookup): void;
  received(bytes: Buffer): void;
}

/** Who hears of an exchange, and when. */
export interface Hearing {
  readonly listener: HttpListener;
  readonly guard: CallGuard;
  readonly inbox: Inbox;
}

/**
 * Posts one request, and tells what comes back: no stream and no promise for each piece. What comes is stamped at once
 * and told by way of the inbox. Resolves behind the last byte; rejects with the fault of the socket, with what the
 * listener throws, or once the guard cuts it off. Redirects are not followed: a key must not travel to another host.
 */
export function exchange(
  dispatcher: Dispatcher,
  { origin, path, headers, body }: HttpRequest,
  { listener, guard, inbox }: Hearing,
): Promise<void> {
  return new Promise((resolve, reject) => {
    let running: Dispatcher.DispatchController | undefined;
    let broken: { readonly error: Error } | undefined;
    let head: Head | undefined;
    let pieces: Piece[] = [];
    let end: { readonly error: unknown } | "whole" | undefined;
    let isWaiting = false;
    const stop = (error: Error) => {
      broken = { error };
      running?.abort(error);
      reject(error);
    };
    const deliver = () => {
      isWaiting = false;
      if (broken !== undefined) return;
      try {
        tell();
      } catch (error) {
        stop(error instanceof Error ? error : new Error(String(error)));
        return;
      }
      if (end === "whole") resolve();
      else if (end !== undefined) reject(end.error);
    };
    const tell = () => {
      if (head !== undefined) listener.started(head.status, lookup(head.headers));
      head = undefined;
      const came = pieces;
      pieces = [];
      for (const { at, bytes } of came) {
        guard.reads(at);
        listener.received(bytes);
      }
    };
    const arrived = () => {
      if (isWaiting) return;
      isWaiting = true;
      inbox(deliver);
    };
    guard.onCut(() => stop(new Error("cut off")));
    guard.sent();
    dispatcher.dispatch(
      { origin, path, method: "POST", headers, body },
      {
        onRequestStart: (controller) => {
          running = controller;
          if (broken !== undefined) controller.abort(broken.error);
        },
        onResponseStart: (_, status, told) => {
          guard.heard();
          // 1xx is no answer yet.
          if (status < 200) return;
          head = { status, headers: told };
          arrived();
        },
        onResponseData: (_, bytes) => {
          pieces.push({ at: guard.heard(), bytes });
          arrived();
        },
        onResponseEnd: () => {
          guard.ended(guard.heard());
          end = "whole";
          arrived();
        },
        onResponseError: (_, error) => {
          end = { error };
          arrived();
        },
      },
    );
  });
}

/** Headers as they came. */
type RawHeaders = { readonly [name: string]: string | readonly string[] | undefined };

interface Head {
  readonly status: number;
  readonly headers: RawHeaders;
}

/** Bytes, and when they came. */
interface Piece {
  readonly at: number;
  readonly bytes: Buffer;
}

function lookup(headers: RawHeaders): HeaderLookup {
  return {
    get: (name) => {
      const value = headers[name];
      return typeof value === "string" ? value : (value?.join(", ") ?? null);
    },
  };
}
