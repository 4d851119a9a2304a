import { Refusal } from "../domain/ports.ts";
import { type Secret, secret } from "./secret.ts";

/** Where a backend sends, and with which key. */
export interface Endpoint {
  readonly url: string;
  readonly key: Secret;
}

export interface EndpointRequest {
  readonly baseUrl: string;
  /** The provider's own host: the only public one that gets the key without being asked. */
  readonly ownHost: string;
  readonly keyVariable: string;
  /** The suite names the variable itself: a server that needs no key has none named. */
  readonly isKeyNamed?: boolean;
  readonly variables: { readonly [name: string]: string | undefined };
}

/** What a suite says of a provider's API. */
export interface HostedOptions {
  readonly base_url?: string | undefined;
  readonly api_key_env?: string | undefined;
}

/** Where a provider's own API is, and which variable has its key. */
export interface OwnApi {
  readonly baseUrl: string;
  readonly ownHost: string;
  readonly keyVariable: string;
}

/** The endpoint of a provider's API, where the suite does not name another. Throws as `settleEndpoint` does. */
export function hostedEndpoint(
  { base_url: baseUrl, api_key_env: named }: HostedOptions,
  own: OwnApi,
  variables: EndpointRequest["variables"],
): Endpoint & { readonly keyVariable: string } {
  const keyVariable = named ?? own.keyVariable;
  const request = { ...own, baseUrl: baseUrl ?? own.baseUrl, keyVariable, variables };
  return { ...settleEndpoint({ ...request, isKeyNamed: named !== undefined }), keyVariable };
}

/**
 * Settles host and key. Throws a `Refusal` where the key is missing (E2002), where http would carry it over a public
 * network, or where a public host is not the provider's own and `EVALS_ALLOW_HOSTS` does not list it (E2003).
 */
export function settleEndpoint(request: EndpointRequest): Endpoint {
  const url = parseUrl(request.baseUrl);
  const near = isPrivateHost(url.hostname);
  if (url.protocol !== "https:" && !near) {
    throw new Refusal(
      "E2003",
      `${url.origin} is not encrypted.`,
      "Use https; http is for this machine and private networks.",
    );
  }
  const found = request.variables[request.keyVariable]?.trim();
  const allowed = (request.variables["EVALS_ALLOW_HOSTS"] ?? "").split(",").map((host) => host.trim());
  if (!near && url.hostname !== request.ownHost && !allowed.includes(url.hostname)) {
    throw new Refusal(
      "E2003",
      `The key in ${request.keyVariable} would go to ${url.hostname}, which is not ${request.ownHost}.`,
      `If you trust that host: EVALS_ALLOW_HOSTS=${url.hostname}`,
    );
  }
  if (!found && (!near || request.isKeyNamed === true)) {
    throw new Refusal(
      "E2002",
      `${request.keyVariable} is not set.`,
      `Set it: export ${request.keyVariable}=…`,
    );
  }
  return { url: request.baseUrl.replace(/\/+$/, ""), key: secret(found || "none") };
}

function parseUrl(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol) || url.username !== "") {
    throw new Refusal(
      "E2003",
      "The server's address is not an http(s) URL without a login.",
      "Example: https://host/v1",
    );
  }
  return url;
}

/** Whether a host is this machine or in a private range, by its literal address or name: no look-up. */
export function isPrivateHost(host: string): boolean {
  const name = host.replace(/^\[|\]$/g, "").toLowerCase();
  if (name === "localhost" || name.endsWith(".localhost")) return true;
  if (name.includes(":"))
    return name === "::1" || /^f[cd][0-9a-f]{2}:/.test(name) || /^fe[89ab][0-9a-f]:/.test(name);
  const parts = /^(\d+)\.(\d+)\.\d+\.\d+$/.exec(name);
  if (parts === null) return false;
  const [a, b] = [Number(parts[1]), Number(parts[2])];
  return a === 127 || a === 10 || (a === 192 && b === 168) || (a === 172 && b >= 16 && b <= 31);
}
