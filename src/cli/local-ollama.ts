import { z } from "zod";

const tags = z.object({ models: z.array(z.object({ name: z.string() })) });

/** Where a local Ollama listens: `OLLAMA_HOST` in any of its forms, else the default port. */
export function ollamaUrl(host: string | undefined): string {
  if (host === undefined || host.trim() === "") return "http://127.0.0.1:11434";
  const url = new URL(/^https?:\/\//.test(host) ? host : `http://${host}`);
  if (url.port === "" && !/^https?:\/\//.test(host)) url.port = "11434";
  if (url.hostname === "0.0.0.0") url.hostname = "127.0.0.1";
  return url.origin;
}

/** The models that a local Ollama has pulled, or `undefined` where none answers within `timeoutMs`. */
export async function pulledModels(url: string, timeoutMs: number): Promise<readonly string[] | undefined> {
  try {
    const response = await fetch(`${url}/api/tags`, { signal: AbortSignal.timeout(timeoutMs) });
    const parsed = tags.safeParse(await response.json());
    return parsed.success ? parsed.data.models.map(({ name }) => name) : undefined;
  } catch {
    return undefined;
  }
}
