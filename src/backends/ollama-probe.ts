import { z } from "zod";
import type { Clock, Probe } from "../domain/ports.ts";
import { failure, networkFailure, parseJson, statusFailure } from "./http-failure.ts";
import type { Send } from "./http-fetch.ts";
import { listeningSignal } from "./listening-limit.ts";
import { nearestNames } from "./probe.ts";

const MAX_MS = 2_000;
const tags = z.object({ models: z.array(z.object({ name: z.string() })) });

/** What is asked of a server before the first case. */
export interface OllamaTarget {
  readonly send: Send;
  readonly clock: Clock;
  readonly url: string;
  readonly headers: { readonly [name: string]: string };
}

/** The models that the server has, by name. Throws for the network; `undefined` where the answer is no list. */
export async function pulledModels(
  { send, url, headers }: OllamaTarget,
  signal: AbortSignal,
): Promise<readonly string[] | undefined> {
  const response = await send(`${url}/api/tags`, { method: "GET", headers, body: undefined, signal });
  const list = tags.safeParse(parseJson(await response.text()));
  return response.status === 200 && list.success ? list.data.models.map(({ name }) => name) : undefined;
}

/** Whether the server runs and has the model. At most 2 s. */
export async function probeOllama(target: OllamaTarget, model: string, signal: AbortSignal): Promise<Probe> {
  const limit = listeningSignal(MAX_MS, target.clock, signal);
  try {
    const names = await pulledModels(target, limit.signal);
    if (names === undefined) {
      const found = statusFailure(502, new Headers(), "no list of models", target.clock.wall());
      return { ok: false, failure: found, hint: `Is there an Ollama server at ${target.url}?` };
    }
    if (names.includes(model) || names.includes(`${model}:latest`)) return { ok: true, notes: [] };
    const near = nearestNames(model, names).join(", ");
    return {
      ok: false,
      failure: failure("unknown-model", `Ollama has no model "${model}".`, { httpStatus: 404 }),
      hint: `Pulled models: ${near === "" ? "none" : near}. Run: ollama pull ${model}`,
    };
  } catch (error) {
    const found = limit.signal.aborted
      ? failure("timeout", `No answer from ${target.url} within ${MAX_MS} ms.`)
      : networkFailure(error);
    return {
      ok: false,
      failure: found,
      hint: `Start the server (ollama serve), or set OLLAMA_HOST; asked at ${target.url}.`,
    };
  } finally {
    limit.end();
  }
}
