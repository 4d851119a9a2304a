import type { Clock, ToldLimits } from "../domain/ports.ts";
import type { CallGuard } from "./call-guard.ts";
import { eventReader, type StreamFormat } from "./event-reader.ts";
import type { HeaderLookup, HttpListener, HttpRequest } from "./http-exchange.ts";
import { failure, networkFailure, statusFailure } from "./http-failure.ts";
import type { HttpPool } from "./http-fetch.ts";
import { toldLimits } from "./rate-headers.ts";

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

/**
 * Sends a request that an SDK made and passes on the events of its answer. A status other than 200, a body that is not
 * a stream, a line that is not JSON: those end the call with a fault in the guard, before anything guesses what they mean.
 */
export async function readEvents(
  request: HttpRequest,
  { pool, guard, format, told }: WireCall,
  onEvent: (event: object) => void,
): Promise<void> {
  const reader = eventReader(format, (event) => {
    try {
      onEvent(event);
    } catch (error) {
      guard.blame(failure("bad-response", `The answer could not be read: ${String(error)}`));
      throw error;
    }
  });
  let refused: ErrorBody | undefined;
  const check = (fault: ReturnType<typeof reader.ended>) => {
    if (fault === undefined) return;
    guard.blame(fault);
    throw new WireFault("the call failed on the wire");
  };
  const listener: HttpListener = {
    started: (status, headers) => {
      tell(headers, told, guard.clock);
      if (status !== 200) refused = { status, headers, parts: [], length: 0 };
      else check(packedFault(headers));
    },
    received: (bytes) => {
      if (refused === undefined) check(reader.received(bytes));
      else if (refused.length < MOST_OF_A_FAULT) {
        refused.parts.push(bytes);
        refused.length += bytes.length;
      }
    },
  };
  try {
    await pool.exchange(request, listener, guard);
  } catch (error) {
    if (!(error instanceof WireFault)) guard.blame(networkFailure(error));
    throw error;
  }
  if (refused !== undefined) check(refusal(refused, guard.clock));
  check(reader.ended());
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
