import type { Model } from "../domain/model.ts";
import type { Failure, Outcome, Timings } from "../domain/outcome.ts";
import type { Asked, Clock } from "../domain/ports.ts";
import { answered, type Collected, type Endings, hideKey, newCollected } from "./collect.ts";
import { failure, networkFailure, statusFailure } from "./http-failure.ts";
import type { HttpPool } from "./http-fetch.ts";
import type { SdkFetch } from "./sdk-request.ts";
import type { Secret } from "./secret.ts";

/** Longest time of one call about a batch, its upload included, ms. */
const CALL_MS = 300_000;

/** Ours, so that neither an SDK's own limit nor the provider's is met. */
export const MOST_ITEMS = 5_000;
export const MOST_BYTES = 8 * 1024 * 1024;

/** A failure on its way through an SDK. */
class WireFault extends Error {
  readonly failure: Failure;
  constructor(found: Failure) {
    super(found.message);
    this.failure = found;
  }
}

/** The `fetch` of an SDK over our connections: redirects are not followed, and a status that is no success throws. */
export function batchFetch(pool: HttpPool, clock: Clock): SdkFetch {
  const send: SdkFetch = async (input, init = {}) => {
    // What the SDK puts together, such as a form with a file, is made bytes here: its classes are not undici's.
    const encoded = new Response(init.body ?? null);
    const type = encoded.headers.get("content-type");
    const body = init.body == null ? undefined : new Uint8Array(await encoded.arrayBuffer());
    const headers = new Headers(init.headers);
    if (type !== null && !headers.has("content-type")) headers.set("content-type", type);
    const response = await pool.send(input instanceof Request ? input.url : String(input), {
      method: init.method ?? "GET",
      headers: Object.fromEntries(headers),
      body,
      signal: init.signal ?? AbortSignal.timeout(CALL_MS),
    });
    if (response.ok) return response;
    throw new WireFault(
      statusFailure(response.status, response.headers, await response.text(), clock.wall()),
    );
  };
  // The SDK tries by this whether forms can be sent, instead of fetching something.
  return Object.assign(send, { Response });
}

/** Makes one call about a batch, within its time. */
export async function askOnce<Value>(
  key: Secret,
  caller: AbortSignal,
  call: (signal: AbortSignal) => Promise<Value>,
): Promise<Asked<Value>> {
  const limit = AbortSignal.timeout(CALL_MS);
  try {
    return { ok: true, value: await call(AbortSignal.any([caller, limit])) };
  } catch (error) {
    return { ok: false, failure: failureOf(error, key, limit.aborted) };
  }
}

/** What an error of an SDK comes from. */
export function failureOf(error: unknown, key: Secret, isLate: boolean): Failure {
  if (isLate) return failure("timeout", `No answer within ${CALL_MS / 1000} s.`);
  const found = wireFault(error)?.failure ?? networkFailure(error);
  return { ...found, message: key.redact(found.message) };
}

function wireFault(error: unknown): WireFault | undefined {
  for (let at: unknown = error; at instanceof Error; at = at.cause) if (at instanceof WireFault) return at;
  return undefined;
}

const NOT_MEASURED: Timings = {
  latencyMs: undefined,
  firstTokenMs: undefined,
  generationMs: undefined,
  loadMs: undefined,
};

/** What reads an answer that came in one piece. */
export interface Reading {
  readonly model: Model;
  readonly endings: Endings;
  readonly key: Secret;
  take(into: Collected, blame: (found: Failure) => void): void;
}

/** The outcome of an item that was answered: the same checks as for an answer that streams, and no time measured. */
export function wholeOutcome({ model, endings, key, take }: Reading): Outcome {
  const into = newCollected();
  let blamed: Failure | undefined;
  let thrown: unknown;
  try {
    take(into, (found) => {
      blamed ??= found;
    });
  } catch (error) {
    thrown = error;
  }
  hideKey(into, key);
  const fault =
    blamed ??
    (thrown === undefined
      ? undefined
      : failure("bad-response", `The answer could not be read: ${String(thrown)}`)) ??
    (into.finishReason === undefined
      ? failure("bad-response", "The answer does not say how it ended.")
      : undefined);
  if (fault === undefined) return answered(model, into, endings, NOT_MEASURED);
  const partialText = into.text === "" ? undefined : into.text;
  return { kind: "failed", failure: { ...fault, message: key.redact(fault.message), partialText } };
}

/** The lines of a body, as they come. */
export async function* linesOf({ body }: Response): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let rest = "";
  if (body === null) return;
  for await (const bytes of body) {
    const parts = (rest + decoder.decode(bytes, { stream: true })).split("\n");
    rest = parts.pop() ?? "";
    yield* parts.filter((line) => line.trim() !== "");
  }
  rest += decoder.decode();
  if (rest.trim() !== "") yield rest;
}
