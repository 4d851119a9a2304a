/** The default address of an Ollama server on this machine. */
const LOCAL = "http://127.0.0.1:11434";

/**
 * The address of the Ollama server: what the suite says, else `OLLAMA_HOST` in any of its forms (`host`, `host:port`,
 * `http://host:port`; 0.0.0.0 means this machine), else the default.
 */
export function ollamaUrl(
  baseUrl: string | undefined,
  variables: { readonly [name: string]: string | undefined },
): string {
  if (baseUrl !== undefined) return baseUrl.replace(/\/+$/, "");
  const given = variables["OLLAMA_HOST"]?.trim();
  if (!given) return LOCAL;
  const withScheme = /^https?:\/\//.test(given) ? given : `http://${given}`;
  if (!URL.canParse(withScheme)) return withScheme;
  const url = new URL(withScheme);
  const hasPort = /:\d+\/?$/.test(withScheme);
  const host = url.hostname === "0.0.0.0" ? "127.0.0.1" : url.hostname;
  const port = hasPort ? (url.port === "" ? "" : `:${url.port}`) : url.protocol === "http:" ? ":11434" : "";
  return `${url.protocol}//${host}${port}${url.pathname.replace(/\/+$/, "")}`;
}
