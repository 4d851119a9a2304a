import type { Dispatcher } from "undici";
import { LARGE } from "../domain/characters.ts";
import type { CallGuard } from "./call-guard.ts";
import type { Delivery, Inbox } from "./inbox.ts";

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
  /** What it has made nothing of yet. */
  heldBytes(): number;
}

/** Who hears of an exchange, and when. */
export interface Hearing {
  readonly listener: HttpListener;
  readonly guard: CallGuard;
  readonly inbox: Inbox;
}

/** Bytes of one answer that are taken in before work on them begins: with many large ones, all would come at once. */
const MOST_UNTOLD = 1 << 18;

/**
 * Posts one request, and tells what comes back: no stream and no promise for each piece. What comes is stamped at once
 * and told by way of the inbox. Resolves behind the last byte; rejects with the fault of the socket, with what the
 * listener throws, or once the guard cuts it off. Redirects are not followed: a key must not travel to another host.
 */
export function exchange(dispatcher: Dispatcher, request: HttpRequest, hearing: Hearing): Promise<void> {
  return new Promise((resolve, reject) => {
    const going = new Exchange(hearing, resolve, reject);
    hearing.guard.onCut(() => going.stop(new Error("cut off")));
    hearing.guard.sent();
    dispatcher.dispatch({ ...request, method: "POST" }, going);
  });
}

/** A request that is out, and what has come for it that its listener has not heard yet. */
class Exchange implements Dispatcher.DispatchHandler, Delivery {
  readonly #hearing: Hearing;
  readonly #resolve: () => void;
  readonly #reject: (error: unknown) => void;
  #running: Dispatcher.DispatchController | undefined;
  #broken: { readonly error: Error } | undefined;
  #head: Head | undefined;
  readonly #pieces: Piece[] = [];
  #end: { readonly error: unknown } | "whole" | undefined;
  #isWaiting = false;
  #untold = 0;
  #told = 0;

  constructor(hearing: Hearing, resolve: () => void, reject: (error: unknown) => void) {
    this.#hearing = hearing;
    this.#resolve = resolve;
    this.#reject = reject;
  }

  stop(error: Error): void {
    this.#broken = { error };
    this.#running?.abort(error);
    this.#reject(error);
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#running = controller;
    if (this.#broken !== undefined) controller.abort(this.#broken.error);
  }

  onResponseStart(_: Dispatcher.DispatchController, status: number, headers: RawHeaders): void {
    this.#hearing.guard.heard();
    // 1xx is no answer yet.
    if (status < 200) return;
    this.#head = { status, headers };
    this.#arrived();
  }

  onResponseData(controller: Dispatcher.DispatchController, bytes: Buffer): void {
    this.#pieces.push({ at: this.#hearing.guard.heard(), bytes });
    this.#untold += bytes.length;
    if (this.#untold >= MOST_UNTOLD) controller.pause();
    this.#arrived();
  }

  onResponseEnd(): void {
    const { guard } = this.#hearing;
    guard.ended(guard.heard());
    this.#end = "whole";
    this.#arrived();
  }

  onResponseError(_: Dispatcher.DispatchController, error: Error): void {
    this.#end = { error };
    this.#arrived();
  }

  deliver(): void {
    this.#isWaiting = false;
    if (this.#broken !== undefined) return;
    try {
      this.#tell();
    } catch (error) {
      this.stop(error instanceof Error ? error : new Error(String(error)));
      return;
    }
    if (this.#end === "whole") this.#resolve();
    else if (this.#end !== undefined) this.#reject(this.#end.error);
    else this.#readOn();
  }

  /** Reads on once an answer that is not small has room. */
  #readOn(): void {
    this.#told += this.#untold;
    this.#untold = 0;
    if (this.#told < LARGE) return;
    const { guard, listener } = this.#hearing;
    const goOn = () => this.#running?.resume();
    if (guard.mayReadOn(listener.heldBytes(), goOn)) goOn();
    else this.#running?.pause();
  }

  #arrived(): void {
    if (this.#isWaiting) return;
    this.#isWaiting = true;
    this.#hearing.inbox(this);
  }

  #tell(): void {
    const { listener, guard } = this.#hearing;
    if (this.#head !== undefined) listener.started(this.#head.status, lookup(this.#head.headers));
    this.#head = undefined;
    for (const { at, bytes } of this.#pieces.splice(0)) {
      guard.reads(at);
      listener.received(bytes);
    }
  }
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
