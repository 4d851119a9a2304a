import type { Source } from "./source.ts";
import { valueAt } from "./value-at.ts";

/**
 * The names that a part of a suite binds, as they are written: what is bound to one may itself be spoilt. `undefined`
 * where the part is, or where a name stands twice, so that nobody can tell which names there are.
 */
export function writtenNames(
  source: Source,
  part: "models" | "judges" | "tasks",
): readonly string[] | undefined {
  return source.isSpoilt([part]) || source.repeating.has(part)
    ? undefined
    : Object.keys(Object(valueAt(source.data, [part])));
}
