import type { Model } from "../domain/model.ts";
import { newPace, type Pace } from "./pace.ts";

/** The pace of a model: names of a suite that are one model for their server share its limits. */
export function sharedPace(
  paces: Map<string, Pace>,
  { backend, model, options, settings }: Model,
  now: number,
): Pace {
  const host = [options["base_url"], options["host"], options["api_key_env"]];
  const key = JSON.stringify([
    backend,
    model,
    ...host.map((option) => option ?? null),
    settings.rpm,
    settings.tpm,
  ]);
  const pace = paces.get(key) ?? newPace(settings, now);
  paces.set(key, pace);
  return pace;
}
