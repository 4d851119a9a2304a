import type { Place } from "../domain/fault.ts";
import type { JsonObject, JsonValue } from "../domain/json.ts";
import type { FieldRead, Suite, Task } from "../domain/suite.ts";
import { templateFields } from "../domain/template.ts";

/** Every field that a task's prompt, scorers and the models' options read; each path once, at its first place. */
export function wantedFields(
  suite: Suite,
  task: Task,
  complete: (scorer: string, options: JsonObject) => JsonObject,
): readonly FieldRead[] {
  const wanted = new Map<string, Place>();
  // Fields of a turn stand in the list of turns: they are looked for there.
  const isOfTurn = (path: string) =>
    task.turns !== undefined && (path === "turn" || path.startsWith("turn."));
  const add = ({ path, place }: FieldRead) => {
    if (!isOfTurn(path) && !wanted.has(path)) wanted.set(path, place);
  };
  task.reads.forEach(add);
  for (const { scorer, options, place } of task.scorers) {
    // What the suite writes itself has been added with its own place: these are the defaults.
    for (const path of templatesIn(complete(scorer, options))) add({ path, place });
  }
  for (const { options, workflow, place } of suite.models) {
    for (const path of [...templatesIn(options), ...(workflow?.fields ?? [])]) add({ path, place });
  }
  return [...wanted].map(([path, place]) => ({ path, place }));
}

function templatesIn(value: JsonValue): readonly string[] {
  if (typeof value === "string") return templateFields(value).map(({ path }) => path);
  if (typeof value !== "object" || value === null) return [];
  return Object.values(value).flatMap(templatesIn);
}
