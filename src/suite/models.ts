import type { JsonValue } from "../domain/json.ts";
import type { Model, ModelSettings, Parameters, Price } from "../domain/model.ts";
import { CODES } from "./codes.ts";
import { durationMs } from "./durations.ts";
import { looksLikeKey, namesSecret } from "./redact.ts";
import type { RawParameters, RawPrice, RawSettings, RawSuite } from "./schema.ts";
import type { Shelves } from "./shelves.ts";
import type { Path, Source } from "./source.ts";
import { defined, partOf, readWorkflow, wholeModel } from "./targets.ts";
import { refuseUnhonoured } from "./unhonoured.ts";

export const DEFAULT_SETTINGS: ModelSettings & { readonly overall: number } = {
  concurrency: 32,
  overall: 32,
  repeats: 1,
  timeoutMs: 120_000,
  idleTimeoutMs: 60_000,
  maxAttempts: 6,
  rpm: undefined,
  tpm: undefined,
};

/**
 * A model with the suite's settings filled in; a parameter that its backend cannot honour is a fault. What the settings
 * send with a task's prompt (a limit of tokens, a schema) is not meant for a judge, which is sent its own alone.
 */
export function readModel(
  source: Source,
  name: string,
  suite: RawSuite,
  shelves: Shelves,
): Model | undefined {
  const whole = wholeModel(source, name, suite);
  const backend = shelves.backends.find((item) => item.name === whole?.raw.backend);
  if (whole === undefined || backend === undefined) return undefined;
  const { raw, of } = whole;
  const part = partOf(suite, name);
  const path = [part, name];
  const shared: RawParameters & RawSettings = suite.settings ?? {};
  // The seed of the settings is the run's own: only a seed on the model is sent to it.
  const { seed: _runSeed, ...sharedParameters } = shared;
  const merged: RawParameters = { ...(part === "models" ? sharedParameters : {}), ...defined(raw) };
  refuseUnhonoured({ source, path, backend, own: new Map(Object.entries(raw)), parameters: merged });
  const own = Object.keys(backend.options.shape).flatMap((key): [string, JsonValue][] => {
    const value = jsonAt(raw, key);
    return value === undefined ? [] : [[key, value]];
  });
  const parameters = toParameters(merged);
  const settings = readSettings({ ...shared, ...defined(raw) }, raw.concurrency);
  const context = { name, of, parameters, timeoutMs: settings.timeoutMs };
  const workflow =
    raw.workflow === undefined ? undefined : readWorkflow(source, raw.workflow, context, { suite, shelves });
  return {
    name,
    backend: backend.name,
    model: raw.model ?? of,
    parameters,
    settings: { ...settings, timeoutMs: settings.timeoutMs * (workflow?.mostCalls ?? 1) },
    price: raw.price === undefined ? undefined : toPrice(raw.price),
    options: Object.fromEntries(own),
    workflow,
    place: source.keyPlace(path),
  };
}

function jsonAt(value: object, key: string): JsonValue | undefined {
  return Object.entries(value).find(([name]) => name === key)?.[1];
}

function toParameters(raw: RawParameters): Parameters {
  return {
    maxTokens: raw.max_tokens,
    temperature: raw.temperature,
    topP: raw.top_p,
    seed: raw.seed,
    stop: typeof raw.stop === "string" ? [raw.stop] : raw.stop,
    responseSchema: raw.response_schema,
    tools: raw.tools?.map(({ name, description, parameters }) => ({ name, description, parameters })),
  };
}

function readSettings(raw: RawSettings, own: number | undefined): ModelSettings {
  return {
    concurrency: own ?? raw.concurrency ?? DEFAULT_SETTINGS.concurrency,
    repeats: raw.repeats ?? DEFAULT_SETTINGS.repeats,
    timeoutMs: raw.timeout === undefined ? DEFAULT_SETTINGS.timeoutMs : durationMs(raw.timeout),
    idleTimeoutMs:
      raw.idle_timeout === undefined ? DEFAULT_SETTINGS.idleTimeoutMs : durationMs(raw.idle_timeout),
    maxAttempts: raw.max_attempts ?? DEFAULT_SETTINGS.maxAttempts,
    rpm: raw.rpm,
    tpm: raw.tpm,
  };
}

function toPrice(raw: RawPrice): Price {
  return {
    input: raw.input ?? 0,
    output: raw.output ?? 0,
    cachedRead: raw.cached_read,
    cachedWrite: raw.cached_write,
    perHour: raw.per_hour,
    source: "suite",
  };
}

/** A key never stands in a suite: neither by its name nor by its shape. */
export function refuseSecrets(source: Source, value: JsonValue, path: Path): void {
  if (typeof value === "string") {
    const name = path.at(-1);
    const isNamed =
      typeof name === "string" && namesSecret(name) && (path[0] === "models" || path[0] === "judges");
    if (!isNamed && !looksLikeKey(value)) return;
    source.fault(CODES.secret, "a key stands in the suite", source.keyPlace(path), {
      hint: "Put it in an environment variable and name that: api_key_env: NAME. Then replace the key, which was written to a file.",
    });
    return;
  }
  if (typeof value !== "object" || value === null) return;
  for (const [key, item] of Object.entries(value)) {
    refuseSecrets(source, item, [...path, Array.isArray(value) ? Number(key) : key]);
  }
}
