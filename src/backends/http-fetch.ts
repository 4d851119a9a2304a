import { Agent, type Dispatcher, EnvHttpProxyAgent, fetch as undiciFetch } from "undici";
import type { CallGuard } from "./call-guard.ts";
import { exchange, type HttpListener, type HttpRequest } from "./http-exchange.ts";
import { openInbox } from "./inbox.ts";

/** Sends one request. Redirects are not followed: a key must not travel to another host. */
export type Send = (url: string, init: SendInit) => Promise<Response>;

export interface SendInit {
  readonly method: string;
  readonly headers: { readonly [name: string]: string };
  readonly body: string | Uint8Array<ArrayBuffer> | undefined;
  readonly signal: AbortSignal;
}

/** A pool of connections: deadlines are the call guard's, so undici's own are off. */
export interface HttpPool {
  readonly send: Send;
  /** For what is asked often: `exchange` over the connections of the pool. */
  exchange(request: HttpRequest, listener: HttpListener, guard: CallGuard): Promise<void>;
  close(): Promise<void>;
}

// No limit of connections: the engine has one of calls, and a call that waited here would count the wait as latency.
const TIMING = { connections: null, headersTimeout: 0, bodyTimeout: 0, keepAliveTimeout: 10_000 };
// Said here, so that NODE_TLS_REJECT_UNAUTHORIZED=0 sends no key to whoever answers. NODE_EXTRA_CA_CERTS adds authorities.
const TLS = { rejectUnauthorized: true };
const POOL = { ...TIMING, connect: TLS };
const PROXY_VARIABLES = ["HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy"];

/** Opens a pool; through a proxy where the usual variables name one (`NO_PROXY` holds). */
export function openHttpPool(variables: { readonly [name: string]: string | undefined }): HttpPool {
  const dispatcher = dispatcherFor(variables);
  const inbox = openInbox();
  return {
    send: async (url, init) => {
      const { status, statusText, headers, body } = await undiciFetch(url, {
        method: init.method,
        headers: init.headers,
        ...(init.body === undefined ? {} : { body: init.body }),
        signal: init.signal,
        redirect: "manual",
        dispatcher,
      });
      return new Response(status === 204 || status === 304 ? null : body, {
        status,
        statusText,
        headers: [...headers],
      });
    },
    exchange: (request, listener, guard) => exchange(dispatcher, request, { listener, guard, inbox }),
    close: () => dispatcher.destroy(),
  };
}

function dispatcherFor(variables: { readonly [name: string]: string | undefined }): Dispatcher {
  if (!PROXY_VARIABLES.some((name) => variables[name])) return new Agent(POOL);
  const httpProxy = variables["http_proxy"] ?? variables["HTTP_PROXY"];
  const httpsProxy = variables["https_proxy"] ?? variables["HTTPS_PROXY"];
  const noProxy = variables["no_proxy"] ?? variables["NO_PROXY"];
  return new EnvHttpProxyAgent({
    ...POOL,
    requestTls: TLS,
    proxyTls: TLS,
    ...(httpProxy ? { httpProxy } : {}),
    ...(httpsProxy ? { httpsProxy } : {}),
    ...(noProxy ? { noProxy } : {}),
  });
}
