import type { Place } from "../domain/fault.ts";
import type { JsonValue } from "../domain/json.ts";
import type { Suite, Task } from "../domain/suite.ts";
import { templateFields } from "../domain/template.ts";

/** A field that the suite reads from every case, and where the suite says so. */
export interface WantedField {
  readonly path: string;
  readonly place: Place;
}

/** Every field that a task's prompt, scorers and the models' options read; each path once. */
export function wantedFields(
  suite: Suite,
  task: Task,
  defaults: (scorer: string) => JsonValue,
): readonly WantedField[] {
  const wanted = new Map<string, Place>();
  const add = (value: JsonValue, place: Place) => {
    for (const path of templatesIn(value)) if (!wanted.has(path)) wanted.set(path, place);
  };
  for (const { content } of task.prompt) add(content, task.place);
  for (const { scorer, options, place } of task.scorers) {
    const given = defaults(scorer);
    add(typeof given === "object" && given !== null ? { ...given, ...options } : options, place);
  }
  for (const { options, workflow, place } of suite.models) {
    add(options, place);
    for (const path of workflow?.fields ?? []) add(`{{ ${path} }}`, place);
  }
  return [...wanted].map(([path, place]) => ({ path, place }));
}

function templatesIn(value: JsonValue): readonly string[] {
  if (typeof value === "string") return templateFields(value).map(({ path }) => path);
  if (typeof value !== "object" || value === null) return [];
  return Object.values(value).flatMap(templatesIn);
}
