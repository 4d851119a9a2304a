import { z } from "zod";
import type { Failure, FailureCode } from "../domain/outcome.ts";
import type { HeaderLookup } from "./http-exchange.ts";

/** A failure with nothing known but its code; `changes` adds the rest. */
export function failure(code: FailureCode, message: string, changes: Partial<Failure> = {}): Failure {
  return {
    code,
    message,
    retryable: RETRYABLE.has(code),
    retryAfterMs: undefined,
    httpStatus: undefined,
    partialText: undefined,
    ...changes,
  };
}

const RETRYABLE: ReadonlySet<FailureCode> = new Set([
  "unreachable",
  "rate-limited",
  "overloaded",
  "server-error",
  "timeout",
  "connection-lost",
  "bad-response",
]);

const detail = z.object({
  message: z.string().nullish(),
  type: z.string().nullish(),
  code: z.union([z.string(), z.number()]).nullish(),
});
const errorBody = z.object({ error: z.union([z.string(), detail]) });

/** What a server says went wrong, in either of the shapes in use: `{error: {…}}` or `{error: "…"}`. */
export function errorText(value: unknown): { readonly message: string; readonly kind: string } | undefined {
  const parsed = errorBody.safeParse(value);
  if (!parsed.success) return undefined;
  const { error } = parsed.data;
  if (typeof error === "string") return { message: error, kind: "" };
  return { message: error.message ?? "no message", kind: `${error.type ?? ""} ${error.code ?? ""}` };
}

/** The failure that a status other than 200 means. `wall` is ms since the epoch, for dates in `retry-after`. */
export function statusFailure(status: number, headers: HeaderLookup, body: string, wall: number): Failure {
  const told = errorText(parseJson(body));
  const message = told?.message ?? snippet(body);
  const code = codeOf(status, message, told?.kind ?? "");
  return failure(code, `The server answered ${status}: ${message}`, {
    httpStatus: status,
    retryAfterMs: retryAfterMs(headers, wall),
    ...(status >= 300 && status < 400 ? { retryable: false } : {}),
  });
}

/** The failure that an error event inside a stream means. */
export function eventFailure(message: string, kind: string): Failure {
  const status = STATUS_OF_KIND.find(([pattern]) => pattern.test(kind))?.[1] ?? 500;
  return failure(codeOf(status, message, kind), `The server reported an error in its stream: ${message}`, {
    retryAfterMs: status === 429 ? toldWaitMs(message) : undefined,
  });
}

/** The status that an error of this kind would have had before the stream began. */
const STATUS_OF_KIND: readonly (readonly [RegExp, number])[] = [
  [/overloaded|slow_down/i, 529],
  [/rate_limit|too_many_requests|insufficient_quota/i, 429],
  [/invalid_request|invalid_prompt|context_length/i, 400],
];

/** Within a stream there is no `retry-after`: OpenAI says it in words, "Please try again in 6.57s". */
function toldWaitMs(message: string): number | undefined {
  const [, amount, unit] = /try again in (\d+(?:\.\d+)?) ?(ms|s)\b/i.exec(message) ?? [];
  if (amount === undefined) return undefined;
  return Number(amount) * (unit?.toLowerCase() === "ms" ? 1 : 1000);
}

function codeOf(status: number, message: string, kind: string): FailureCode {
  const said = `${kind} ${message}`;
  if (/insufficient_quota|billing|credit balance/i.test(said) && status >= 400 && status < 500)
    return "quota";
  if (status === 401 || status === 403) return "auth";
  if (status === 402) return "quota";
  if (status === 404) return "unknown-model";
  if (status === 408) return "timeout";
  if (status === 413) return "context-too-long";
  // OpenAI: one request above the tokens of a whole minute. Asking again will not help.
  if (status === 429 && /request too large/i.test(said)) return "context-too-long";
  if (status === 429) return "rate-limited";
  if (status === 503 || status === 529) return "overloaded";
  if (status >= 500) return "server-error";
  if (status < 400) return "bad-response";
  if (/context.?(length|window|size)|too long|maximum context/i.test(said)) return "context-too-long";
  if (/model_not_found/i.test(said)) return "unknown-model";
  return "bad-request";
}

/**
 * What the server asks us to wait, ms: `retry-after-ms`, or `retry-after` in seconds or as an HTTP date. A past date,
 * a negative number or garbage is `undefined`.
 */
export function retryAfterMs(headers: HeaderLookup, wall: number): number | undefined {
  const exact = number(headers.get("retry-after-ms"));
  if (exact !== undefined) return exact;
  const given = headers.get("retry-after");
  if (given === null) return undefined;
  const seconds = number(given);
  if (seconds !== undefined) return seconds * 1000;
  const date = /[a-z]{3}/i.test(given) ? Date.parse(given) : Number.NaN;
  return date > wall ? date - wall : undefined;
}

function number(text: string | null): number | undefined {
  return text !== null && /^\s*\d+(\.\d+)?\s*$/.test(text) ? Number(text) : undefined;
}

/** The JSON value of a text, or `undefined`. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** The beginning of a body, on one line, for a message. */
export function snippet(body: string): string {
  const line = body.slice(0, 400).replaceAll(/\s+/g, " ").trim();
  if (line === "") return "(empty body)";
  return line.length > 160 ? `${line.slice(0, 160)}…` : line;
}

/** The failure that an error of the socket means: before (`unreachable`) or after a connection (`connection-lost`). */
export function networkFailure(error: unknown): Failure {
  const code = networkCode(error);
  if (/^(ENOTFOUND|EAI_\w+)$/.test(code)) {
    const host = lookedUpHost(error);
    return failure("unreachable", `No connection: the address of ${host} could not be looked up (${code}).`);
  }
  if (UNREACHABLE.has(code)) return failure("unreachable", `No connection to the server (${code}).`);
  if (/CERT|TLS|SSL|SELF_SIGNED|UNABLE_TO/.test(code)) {
    const why = /CERT|SELF_SIGNED|UNABLE_TO/.test(code) ? ": its certificate is not trusted" : "";
    return failure("unreachable", `No secure connection to the server${why} (${code}).`, {
      retryable: false,
    });
  }
  return failure("connection-lost", `The connection broke before the answer was complete (${code}).`);
}

/** What comes before there is a connection. */
const UNREACHABLE: ReadonlySet<string> = new Set([
  "ECONNREFUSED",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "EHOSTDOWN",
  "ENETDOWN",
  "EADDRNOTAVAIL",
  "UND_ERR_CONNECT_TIMEOUT",
]);

function lookedUpHost(error: unknown): string {
  for (let at: unknown = error; at instanceof Error; at = at.cause) {
    if ("hostname" in at && typeof at.hostname === "string") return at.hostname;
  }
  return "the server";
}

function networkCode(error: unknown): string {
  for (let at: unknown = error; at instanceof Error; at = at.cause) {
    if ("code" in at && typeof at.code === "string") return at.code;
  }
  return error instanceof Error ? error.message : "unknown";
}
