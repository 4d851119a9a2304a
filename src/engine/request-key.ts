import { hash } from "node:crypto";
import { canonicalJson } from "../domain/canonical-json.ts";
import type { Model } from "../domain/model.ts";
import type { Message } from "../domain/suite.ts";

/** Changes when the meaning of an answer to the same request changes: older cache entries are then misses. */
const SCHEMA = 1;

/**
 * Content address of a request (hex SHA-256): backend, host and other options, model id, parameters, messages and
 * repeat. Keys of objects are sorted, so that the order in a suite does not matter. A step of a workflow has its
 * name in the key: another sample of the same prompt, and never the answer of the model asked without it.
 */
export function requestKey(
  model: Model,
  messages: readonly Message[],
  repeat: number,
  step?: string,
): string {
  const asked = [messages.map(pair), repeat, ...(step === undefined ? [] : [step])];
  return hash("sha256", modelPart(model) + JSON.stringify(asked), "hex");
}

const modelParts = new WeakMap<Model, string>();

/** The part that all requests of a model share, made once. */
function modelPart(model: Model): string {
  const made = modelParts.get(model);
  if (made !== undefined) return made;
  const { backend, options, parameters, workflow } = model;
  const steps = workflow === undefined ? [] : [workflow.name, workflow.options];
  const part = canonicalJson([SCHEMA, backend, options, model.model, parameters, ...steps]);
  modelParts.set(model, part);
  return part;
}

function pair({ role, content, called }: Message): readonly unknown[] {
  return [role, content, ...(called === undefined ? [] : [called])];
}
