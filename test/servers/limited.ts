import * as anthropic from "./anthropic.ts";
import * as openai from "./openai.ts";
import { type Received, type Script, type Step, startWireServer } from "./wire.ts";

/** What a server allows each model, and how it says so. */
export interface Limits {
  readonly perMinute: number;
  /** Permits that may be used at once, all there at the start. */
  readonly burst: number;
  readonly latencyMs: number;
  /** Whether the answers carry the headers of the provider's limits. */
  readonly tells: boolean;
  /** 429 for everything from this call on, for so long. */
  readonly storm?: { readonly fromCall: number; readonly ms: number };
}

/** A call as the server saw it. */
export interface Call {
  readonly model: string;
  /** Since the first call, ms. */
  readonly at: number;
  readonly status: number;
}

/** A server that keeps a token bucket for each model and speaks both chat completions and Messages. */
export async function startLimitedServer(limits: Limits) {
  const calls: Call[] = [];
  const buckets = new Map<string, { level: number; at: number }>();
  let startedAt: number | undefined;
  let stormEndsAt = 0;
  const perMs = limits.perMinute / 60_000;
  const allow = (model: string, now: number): { readonly isAllowed: boolean; readonly left: number } => {
    const bucket = buckets.get(model) ?? { level: limits.burst, at: now };
    const level = Math.min(limits.burst, bucket.level + (now - bucket.at) * perMs);
    if (limits.storm?.fromCall === calls.length + 1) stormEndsAt = now + limits.storm.ms;
    const isAllowed = level >= 1 && now >= stormEndsAt;
    buckets.set(model, { level: isAllowed ? level - 1 : level, at: now });
    return { isAllowed, left: Math.floor(isAllowed ? level - 1 : level) };
  };
  const server = await startWireServer((request) => {
    if (request.method === "GET")
      return { headers: { "content-type": "application/json" }, steps: [{ send: '{"id":"m-1"}' }] };
    startedAt ??= performance.now();
    const now = performance.now() - startedAt;
    const model = modelOf(request.body);
    const { isAllowed, left } = allow(model, now);
    calls.push({ model, at: now, status: isAllowed ? 200 : 429 });
    const told = limits.tells ? headersFor(request, left, limits.perMinute) : {};
    return isAllowed ? answer(request, limits.latencyMs, told) : refusal(told);
  });
  return { ...server, calls };
}

function modelOf(body: unknown): string {
  return typeof body === "object" && body !== null && "model" in body ? String(body.model) : "";
}

function isAnthropic({ path }: Received): boolean {
  return path.endsWith("/messages");
}

function headersFor(request: Received, left: number, perMinute: number): { readonly [name: string]: string } {
  const missingMs = ((perMinute - left) * 60_000) / perMinute;
  if (isAnthropic(request)) {
    return {
      "anthropic-ratelimit-requests-limit": String(perMinute),
      "anthropic-ratelimit-requests-remaining": String(left),
      "anthropic-ratelimit-requests-reset": new Date(Date.now() + missingMs).toISOString(),
    };
  }
  return {
    "x-ratelimit-limit-requests": String(perMinute),
    "x-ratelimit-remaining-requests": String(left),
    "x-ratelimit-reset-requests": `${Math.round(missingMs)}ms`,
  };
}

function answer(request: Received, latencyMs: number, told: { readonly [name: string]: string }): Script {
  const words: readonly Step[] = isAnthropic(request)
    ? [anthropic.start(), anthropic.openText, anthropic.text("4"), anthropic.stop("end_turn"), anthropic.over]
    : [openai.chunk({ content: "4" }), openai.chunk({}, "stop"), openai.usage, openai.done];
  return {
    headers: { ...told, "content-type": "text/event-stream" },
    steps: [{ wait: latencyMs }, ...words],
  };
}

function refusal(told: { readonly [name: string]: string }): Script {
  const error = { type: "rate_limit_error", message: "too many requests" };
  return {
    status: 429,
    headers: { ...told, "content-type": "application/json", "retry-after": "1" },
    steps: [{ send: JSON.stringify({ error }) }],
  };
}
