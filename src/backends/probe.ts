import { z } from "zod";
import type { FailureCode } from "../domain/outcome.ts";
import type { Clock, Probe } from "../domain/ports.ts";
import { failure, networkFailure, parseJson, statusFailure } from "./http-failure.ts";
import type { Send } from "./http-fetch.ts";
import { listeningSignal } from "./listening-limit.ts";
import type { Secret } from "./secret.ts";

const MAX_MS = 2_000;
const listing = z.object({ data: z.array(z.object({ id: z.string() })) });

/** What to do about a server that answers and says no. */
const HINTS: { readonly [code in FailureCode]?: (keyVariable: string) => string } = {
  auth: (variable) => `Check the key in ${variable}.`,
  quota: (variable) => `Add credit at the provider, or put the key of another account in ${variable}.`,
  "rate-limited": () => "Wait a little, and start again.",
};

export interface ProbeTarget {
  readonly send: Send;
  readonly clock: Clock;
  readonly url: string;
  readonly headers: { readonly [name: string]: string };
  readonly key: Secret;
  readonly keyVariable: string;
  readonly model: string;
}

/** Asks `GET /models/{id}`, and `/models` where that is not found. At most 2 s. */
export async function probeModels(target: ProbeTarget, signal: AbortSignal): Promise<Probe> {
  const limit = listeningSignal(MAX_MS, target.clock, signal);
  const get = (path: string) =>
    target.send(`${target.url}${path}`, {
      method: "GET",
      headers: target.headers,
      body: undefined,
      signal: limit.signal,
    });
  try {
    const one = await get(`/models/${encodeURIComponent(target.model)}`);
    const body = await one.text();
    if (one.status === 200) return { ok: true, notes: [] };
    if (one.status !== 404) {
      const found = statusFailure(one.status, one.headers, body, target.clock.wall());
      const hint = HINTS[found.code]?.(target.keyVariable) ?? "Check the server and its address.";
      return { ok: false, failure: { ...found, message: target.key.redact(found.message) }, hint };
    }
    const all = await get("/models");
    const list = listing.safeParse(parseJson(await all.text()));
    if (all.status !== 200 || !list.success)
      return { ok: true, notes: ["the server does not list its models"] };
    const ids = list.data.data.map(({ id }) => id);
    if (ids.includes(target.model)) return { ok: true, notes: [] };
    return {
      ok: false,
      failure: failure("unknown-model", `The server has no model "${target.model}".`, { httpStatus: 404 }),
      hint: target.key.redact(`Its models: ${nearestNames(target.model, ids).join(", ") || "none"}.`),
    };
  } catch (error) {
    const found = limit.signal.aborted
      ? failure("timeout", `No answer to the probe within ${MAX_MS} ms.`)
      : networkFailure(error);
    return {
      ok: false,
      failure: found,
      hint: /certificate/.test(found.message)
        ? "If it is your own: NODE_EXTRA_CA_CERTS names a file with its authority."
        : `Check that the server at ${new URL(target.url).origin} runs.`,
    };
  } finally {
    limit.end();
  }
}

/** At most three names, those that share most pairs of letters with the asked one first. */
export function nearestNames(asked: string, names: readonly string[]): readonly string[] {
  const pairs = (text: string) =>
    new Set(Array.from({ length: Math.max(0, text.length - 1) }, (_, at) => text.slice(at, at + 2)));
  const wanted = pairs(asked);
  const likeness = (name: string) => {
    const own = pairs(name);
    return [...own].filter((pair) => wanted.has(pair)).length / Math.max(1, own.size + wanted.size);
  };
  return names.toSorted((a, b) => likeness(b) - likeness(a)).slice(0, 3);
}
