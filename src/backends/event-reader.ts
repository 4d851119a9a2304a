import type { Failure } from "../domain/outcome.ts";
import { errorText, eventFailure, failure, parseJson, snippet } from "./http-failure.ts";

/** How an endpoint answers: server-sent events, one JSON value a line, or one JSON value and no stream at all. */
export type StreamFormat = "sse" | "ndjson" | "json";

/** Puts a stream's lines together and reads them. A fault that it returns is the end of the stream. */
export interface EventReader {
  received(bytes: Buffer): Failure | undefined;
  ended(): Failure | undefined;
}

const NEWLINE = 0x0a;

/**
 * Passes each JSON object of a stream to `onEvent` as soon as its line is whole. A line that is not JSON, an error told
 * in the stream, an end in the middle of a line: each is a fault, so that nothing is guessed, dropped or printed.
 */
export function eventReader(format: StreamFormat, onEvent: (event: object) => void): EventReader {
  // Bytes, because a chunk may end within a character.
  let held: Buffer[] = [];
  let isFirst = true;
  const take = (line: string): Failure | undefined => {
    if (line.trim() === "") return undefined;
    const wasFirst = isFirst;
    isFirst = false;
    if (format !== "sse") return takeJson(line, onEvent);
    if (wasFirst && !FIELD.test(line)) {
      return failure(
        "bad-response",
        `The server answered 200 with something else than a stream: ${snippet(line)}`,
      );
    }
    const payload = payloadOf(line);
    return payload === undefined ? undefined : takeJson(payload, onEvent);
  };
  return {
    received: (bytes) => {
      if (format === "json") {
        held.push(bytes);
        return undefined;
      }
      const end = bytes.lastIndexOf(NEWLINE) + 1;
      if (end > 0) {
        const text = textOf([...held.splice(0), bytes.subarray(0, end)]);
        for (let from = 0; from < text.length; ) {
          const next = text.indexOf("\n", from) + 1;
          const fault = take(text.slice(from, next - 1));
          if (fault !== undefined) return fault;
          from = next;
        }
      }
      if (end < bytes.length) held.push(end === 0 ? bytes : bytes.subarray(end));
      return undefined;
    },
    ended: () => {
      const rest = textOf(held);
      held = [];
      if (rest.trim() === "") return undefined;
      if (!isFirst && isCut(rest, format))
        return failure("connection-lost", "The stream was cut in the middle of a line.");
      return take(rest);
    },
  };
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
