import type { HttpRequest } from "./http-exchange.ts";

/** Where an SDK sends its requests, and with what headers. */
export type Envelope = Omit<HttpRequest, "body">;

/** The `fetch` that an SDK is given. */
export type SdkFetch = (input: string | URL | Request, init?: RequestInit) => Promise<Response>;

/**
 * Learns an SDK's envelope: `ask` makes a client with the given `fetch` and asks once; nothing is sent. It is the same
 * for every call of a model, and making it anew takes an SDK longer than all the rest of a call.
 */
export function sdkEnvelope(ask: (fetch: SdkFetch) => PromiseLike<unknown>): () => Promise<Envelope> {
  let learnt: Promise<Envelope> | undefined;
  return () => {
    learnt ??= learn(ask);
    return learnt;
  };
}

async function learn(ask: (fetch: SdkFetch) => PromiseLike<unknown>): Promise<Envelope> {
  let envelope: Envelope | undefined;
  await ask((input, init) => {
    const { origin, pathname, search } = new URL(input instanceof Request ? input.url : input);
    const headers = { ...Object.fromEntries(new Headers(init?.headers)), ...UNPACKED };
    envelope = { origin, path: pathname + search, headers };
    return Promise.resolve(new Response(""));
  });
  if (envelope === undefined) throw new Error("the SDK sent nothing");
  return envelope;
}

/** Streams are read as they come: nothing is to pack them. */
const UNPACKED = { "accept-encoding": "identity" };
