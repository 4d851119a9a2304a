import type { Failure } from "../domain/outcome.ts";
import type { Clock, ToldLimits } from "../domain/ports.ts";
import type { CallGuard } from "./call-guard.ts";
import { type EventReader, eventReader, type StreamFormat } from "./event-reader.ts";
import type { HeaderLookup, HttpListener } from "./http-exchange.ts";
import { failure, networkFailure, statusFailure } from "./http-failure.ts";
import type { HttpPool } from "./http-fetch.ts";
import { toldLimits } from "./rate-headers.ts";
import type { Envelope } from "./sdk-request.ts";

/** One call over a wire. */
export interface WireCall {
  readonly pool: HttpPool;
  readonly guard: CallGuard;
  readonly format: StreamFormat;
  /** Hears what the server says about its limits. */
  readonly told: ((limits: ToldLimits) => void) | undefined;
}

/** The fault is with the guard; this only ends the reading. */
class WireFault extends Error {}

/** As much of the body of an error as is read. */
const MOST_OF_A_FAULT = 65_536;

/** What is sent: where an SDK sends it, and what we have to say there. */
export interface Sent {
  readonly envelope: () => Promise<Envelope>;
  readonly body: string;
}

/**
 * Sends a request in an SDK's envelope and passes on the events of its answer. A status other than 200, a body that is not
 * a stream, a line that is not JSON: those end the call with a fault in the guard, before anything guesses what they mean.
 */
export async function readEvents(
  { envelope, body }: Sent,
  call: WireCall,
  onEvent: (event: object) => void,
): Promise<void> {
  const reading = new Reading(call, onEvent);
  const { origin, path, headers } = await envelope();
  try {
    await call.pool.exchange({ origin, path, headers, body }, reading, call.guard);
  } catch (error) {
    if (!(error instanceof WireFault)) call.guard.blame(networkFailure(error));
    throw error;
  }
  reading.ended();
}

/** The reading of one answer. */
class Reading implements HttpListener {
  readonly #call: WireCall;
  readonly #reader: EventReader;
  #refused: ErrorBody | undefined;

  constructor(call: WireCall, onEvent: (event: object) => void) {
    this.#call = call;
    this.#reader = eventReader(call.format, onEvent);
  }

  started(status: number, headers: HeaderLookup): void {
    const { told, guard } = this.#call;
    tell(headers, told, guard.clock);
    if (status !== 200) this.#refused = { status, headers, parts: [], length: 0 };
    else this.#check(packedFault(headers));
  }

  received(bytes: Buffer): void {
    if (this.#refused === undefined) this.#read(bytes);
    else if (this.#refused.length < MOST_OF_A_FAULT) {
      this.#refused.parts.push(bytes);
      this.#refused.length += bytes.length;
    }
  }

  heldBytes(): number {
    return this.#reader.heldBytes();
  }

  ended(): void {
    if (this.#refused !== undefined) this.#check(refusal(this.#refused, this.#call.guard.clock));
    this.#read(undefined);
  }

  /** The next bytes, or the end. */
  #read(bytes: Buffer | undefined): void {
    let fault: Failure | undefined;
    try {
      fault = bytes === undefined ? this.#reader.ended() : this.#reader.received(bytes);
    } catch (error) {
      this.#call.guard.blame(failure("bad-response", `The answer could not be read: ${String(error)}`));
      throw error;
    }
    this.#check(fault);
  }

  #check(fault: Failure | undefined): void {
    if (fault === undefined) return;
    this.#call.guard.blame(fault);
    throw new WireFault("the call failed on the wire");
  }
}

interface ErrorBody {
  readonly status: number;
  readonly headers: HeaderLookup;
  readonly parts: Buffer[];
  length: number;
}

function refusal({ status, headers, parts }: ErrorBody, clock: Clock) {
  const body = Buffer.concat(parts).toString("utf8").slice(0, MOST_OF_A_FAULT);
  return statusFailure(status, headers, body, clock.wall());
}

function tell(headers: HeaderLookup, told: WireCall["told"], clock: Clock): void {
  if (told === undefined) return;
  const limits = toldLimits(headers, clock.wall());
  if (limits !== undefined) told(limits);
}

function packedFault(headers: HeaderLookup) {
  const packing = headers.get("content-encoding");
  if (packing === null || packing.toLowerCase() === "identity") return undefined;
  return failure("bad-response", `The server packed its answer (${packing}), which it was asked not to do.`);
}
