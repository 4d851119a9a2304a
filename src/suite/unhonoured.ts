import type { Parameters } from "../domain/model.ts";
import type { Narrowing } from "../domain/ports.ts";
import { CODES } from "./codes.ts";
import type { RawParameters } from "./schema.ts";
import type { BackendShelfItem } from "./shelves.ts";
import type { Path, Source } from "./source.ts";

/** In the suite → in the domain. */
const PARAMETERS = {
  max_tokens: "maxTokens",
  temperature: "temperature",
  top_p: "topP",
  seed: "seed",
  stop: "stop",
  response_schema: "responseSchema",
  tools: "tools",
} as const satisfies { readonly [key in keyof RawParameters]: keyof Parameters };

type ParameterKey = keyof typeof PARAMETERS;
const PARAMETER_KEYS: readonly ParameterKey[] = [
  "max_tokens",
  "temperature",
  "top_p",
  "seed",
  "stop",
  "response_schema",
  "tools",
];

/** A model as it would be asked. */
export interface Asked {
  readonly source: Source;
  /** Where it stands in the suite: its name comes last. */
  readonly path: Path;
  readonly backend: BackendShelfItem;
  /** Its own keys, as the suite gives them. */
  readonly own: ReadonlyMap<string, unknown>;
  /** Its parameters, with those of the settings. */
  readonly parameters: RawParameters;
}

/** Reports every parameter that the backend cannot honour, at all or together with the model's options. */
export function refuseUnhonoured({ source, path, backend, own, parameters }: Asked): void {
  const narrowed = (backend.capabilities.narrowed ?? []).filter(
    ({ option, value }) => own.get(option) === value,
  );
  const report = (key: string, reason: string) => {
    const isOwn = own.get(key) !== undefined;
    source.fault(
      CODES.capability,
      `${reason} cannot honour ${key}, which "${String(path.at(-1))}" would be sent`,
      source.keyPlace(isOwn ? [...path, key] : ["settings", key]),
      { hint: isOwn ? "Leave it out." : "Set it on the models that know it instead." },
    );
  };
  for (const key of PARAMETER_KEYS) {
    if (parameters[key] === undefined) continue;
    const parameter = PARAMETERS[key];
    const narrowing = narrowed.find((item) => item.parameters.includes(parameter));
    if (!backend.capabilities.parameters.includes(parameter)) report(key, backend.name);
    else if (narrowing !== undefined) report(key, reasonOf(backend, narrowing));
  }
  for (const narrowing of narrowed)
    for (const key of narrowing.options)
      if (own.get(key) !== undefined) report(key, reasonOf(backend, narrowing));
}

function reasonOf(backend: BackendShelfItem, { option, value }: Narrowing): string {
  return `${backend.name} with ${option}: ${String(value)}`;
}
