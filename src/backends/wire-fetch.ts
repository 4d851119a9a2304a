import type { CallGuard } from "./call-guard.ts";
import {
  errorText,
  eventFailure,
  failure,
  networkFailure,
  parseJson,
  snippet,
  statusFailure,
} from "./http-failure.ts";
import type { Send } from "./http-fetch.ts";

/** How an endpoint streams: server-sent events, or one JSON value a line. */
export type StreamFormat = "sse" | "ndjson";

const NEWLINE = 0x0a;

/** The fault is with the guard; this only unwinds the SDK. */
class WireFault extends Error {}

/**
 * The `fetch` that an SDK gets for one call. An SDK never sees a status other than 200, a body that is not a stream, or
 * a line that is not JSON: those end the call with a fault in the guard, so that no SDK guesses, drops or prints.
 */
export function wireFetch(send: Send, guard: CallGuard, format: StreamFormat) {
  return async (input: string | URL | Request, init?: RequestInit): Promise<Response> => {
    const url = input instanceof Request ? input.url : String(input);
    try {
      const response = await send(url, {
        method: init?.method ?? "GET",
        headers: Object.fromEntries(new Headers(init?.headers)),
        body: typeof init?.body === "string" ? init.body : undefined,
        signal: guard.signal,
      });
      guard.heard();
      if (response.status !== 200) {
        const body = (await response.text()).slice(0, 65_536);
        guard.blame(statusFailure(response.status, response.headers, body, guard.clock.wall()));
      } else if (response.body !== null) {
        return new Response(ReadableStream.from(checkedLines(response.body, guard, format)), {
          status: 200,
          headers: { "content-type": format === "sse" ? "text/event-stream" : "application/x-ndjson" },
        });
      } else {
        guard.blame(failure("bad-response", "The server answered 200 without a body."));
      }
    } catch (error) {
      guard.blame(networkFailure(error));
    }
    throw new WireFault("the call failed on the wire");
  };
}

/** The bytes as they come; a socket that breaks among them is blamed on the connection. */
async function* received(body: AsyncIterable<Uint8Array>, guard: CallGuard): AsyncGenerator<Uint8Array> {
  try {
    yield* body;
  } catch (error) {
    guard.blame(networkFailure(error));
    throw error;
  }
}

/**
 * Passes bytes on, in whole lines and only after they were found valid. Half a line is held back: SDKs search what they
 * have from its start with every chunk, which takes 11 s of a line of 10 MB in chunks of 16 kB.
 */
async function* checkedLines(
  body: AsyncIterable<Uint8Array>,
  guard: CallGuard,
  format: StreamFormat,
): AsyncGenerator<Uint8Array> {
  const decoder = new TextDecoder();
  let pieces: string[] = [];
  let held: Uint8Array[] = [];
  let first = true;
  const check = (line: string) => {
    if (line.trim() === "") return;
    const fault = format === "sse" ? sseFault(line, first) : jsonFault(line);
    first = false;
    if (fault === undefined) return;
    guard.blame(fault);
    throw new WireFault("bad line");
  };
  for await (const chunk of received(body, guard)) {
    guard.heard();
    const lines = decoder.decode(chunk, { stream: true }).split(/\r?\n/);
    const last = lines.pop() ?? "";
    for (const line of lines) {
      check([...pieces, line].join(""));
      pieces = [];
    }
    if (last !== "") pieces.push(last);
    const end = chunk.lastIndexOf(NEWLINE) + 1;
    if (end === 0) {
      held.push(chunk);
      continue;
    }
    yield held.length === 0 && end === chunk.length
      ? chunk
      : Buffer.concat([...held, chunk.subarray(0, end)]);
    held = end === chunk.length ? [] : [chunk.subarray(end)];
  }
  const rest = pieces.join("") + decoder.decode();
  if (rest.trim() === "") return;
  if (!first && parseJson(rest.replace(/^data:/, "")) === undefined && !/^data: ?\[DONE\]$/.test(rest)) {
    guard.blame(failure("connection-lost", "The stream was cut in the middle of a line."));
    throw new WireFault("cut line");
  }
  check(rest);
  yield Buffer.concat(held);
}

function sseFault(line: string, first: boolean) {
  if (first && !/^\uFEFF?(data|event|id|retry)?:/.test(line)) {
    return failure(
      "bad-response",
      `The server answered 200 with something else than a stream: ${snippet(line)}`,
    );
  }
  const payload = /^data:(.*)$/s.exec(line)?.[1]?.trim();
  return payload === undefined || payload === "" || payload === "[DONE]" ? undefined : jsonFault(payload);
}

function jsonFault(line: string) {
  const value = parseJson(line);
  if (typeof value !== "object" || value === null) {
    return failure("bad-response", `A line of the stream is not a JSON object: ${snippet(line)}`);
  }
  const told = errorText(value);
  return told === undefined ? undefined : eventFailure(told.message, told.kind);
}
