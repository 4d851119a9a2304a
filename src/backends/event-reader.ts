import type { Failure } from "../domain/outcome.ts";
import { errorText, eventFailure, failure, parseJson, snippet } from "./http-failure.ts";

/** How an endpoint answers: server-sent events, one JSON value a line, or one JSON value and no stream at all. */
export type StreamFormat = "sse" | "ndjson" | "json";

/** Puts a stream's lines together and reads them. A fault that it returns is the end of the stream. */
export interface EventReader {
  received(bytes: Buffer): Failure | undefined;
  ended(): Failure | undefined;
  /** Bytes of the line that is not whole yet. */
  heldBytes(): number;
}

const NEWLINE = 0x0a;

/**
 * Passes each JSON object of a stream to `onEvent` as soon as its line is whole. A line that is not JSON, an error told
 * in the stream, an end in the middle of a line: each is a fault, so that nothing is guessed, dropped or printed.
 */
export function eventReader(format: StreamFormat, onEvent: (event: object) => void): EventReader {
  return new Lines(format, onEvent);
}

/** What has come of a stream and is not a whole line yet. */
class Lines implements EventReader {
  readonly #format: StreamFormat;
  readonly #onEvent: (event: object) => void;
  /** Bytes, because a chunk may end within a character. */
  #held: Buffer[] = [];
  #isFirst = true;

  constructor(format: StreamFormat, onEvent: (event: object) => void) {
    this.#format = format;
    this.#onEvent = onEvent;
  }

  received(bytes: Buffer): Failure | undefined {
    const end = this.#format === "json" ? 0 : bytes.lastIndexOf(NEWLINE) + 1;
    if (end > 0) {
      const fault = this.#takeLines(textOf([...this.#held.splice(0), bytes.subarray(0, end)]));
      if (fault !== undefined) return fault;
    }
    if (end < bytes.length) this.#held.push(end === 0 ? bytes : bytes.subarray(end));
    return undefined;
  }

  ended(): Failure | undefined {
    const rest = textOf(this.#held.splice(0));
    if (rest.trim() === "") return undefined;
    if (!this.#isFirst && isCut(rest, this.#format))
      return failure("connection-lost", "The stream was cut in the middle of a line.");
    return this.#take(rest);
  }

  heldBytes(): number {
    return this.#held.reduce((sum, { length }) => sum + length, 0);
  }

  #takeLines(text: string): Failure | undefined {
    for (let from = 0; from < text.length; ) {
      const next = text.indexOf("\n", from) + 1;
      const fault = this.#take(text.slice(from, next - 1));
      if (fault !== undefined) return fault;
      from = next;
    }
    return undefined;
  }

  #take(line: string): Failure | undefined {
    if (line.trim() === "") return undefined;
    const wasFirst = this.#isFirst;
    this.#isFirst = false;
    if (this.#format !== "sse") return takeJson(line, this.#onEvent);
    if (wasFirst && !FIELD.test(line)) {
      return failure(
        "bad-response",
        `The server answered 200 with something else than a stream: ${snippet(line)}`,
      );
    }
    const payload = payloadOf(line);
    return payload === undefined ? undefined : takeJson(payload, this.#onEvent);
  }
}

const FIELD = /^\uFEFF?(data|event|id|retry)?:/;

function textOf(pieces: readonly Buffer[]): string {
  const [first, second] = pieces;
  if (first === undefined) return "";
  return (second === undefined ? first : Buffer.concat(pieces)).toString("utf8");
}

/** What a line of server-sent events carries; `undefined` where that is nothing to read. */
function payloadOf(line: string): string | undefined {
  const start = line.startsWith("data:") ? 5 : line.startsWith("\uFEFFdata:") ? 6 : undefined;
  const payload = start === undefined ? "" : line.slice(start).trim();
  return payload === "" || payload === "[DONE]" ? undefined : payload;
}

function isCut(rest: string, format: StreamFormat): boolean {
  const payload = format === "sse" ? payloadOf(rest) : rest;
  return payload === undefined ? !/^data: ?\[DONE\]$/.test(rest) : parseJson(payload) === undefined;
}

function takeJson(text: string, onEvent: (event: object) => void): Failure | undefined {
  const value = parseJson(text);
  if (typeof value !== "object" || value === null)
    return failure("bad-response", `A line of the stream is not a JSON object: ${snippet(text)}`);
  const told = "error" in value ? errorText(value) : undefined;
  if (told !== undefined) return eventFailure(told.message, told.kind);
  onEvent(value);
  return undefined;
}
