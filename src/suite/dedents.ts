import { CODES } from "./codes.ts";
import { KNOWN } from "./schema.ts";
import type { Path, Source } from "./source.ts";
import { valueAt } from "./value-at.ts";

/**
 * Keys that stand in the column of the name that they belong to: YAML reads them as names beside it, and the name as
 * empty. That is told once, and what it leads to is not.
 */
export function reportDedents(source: Source): void {
  const parts: readonly string[] = KNOWN.suite;
  reportDedent(source, [], (key) => !parts.includes(key));
  const keysOfModels: readonly string[] = [...KNOWN.model, ...KNOWN.variant];
  for (const part of ["models", "judges"]) reportDedent(source, [part], (key) => keysOfModels.includes(key));
  reportDedent(source, ["tasks"], (key) => KNOWN.task.includes(key));
  for (const task of Object.keys(Object(valueAt(source.data, ["tasks"])))) {
    const path = ["tasks", task, "scorers"];
    const scorers = valueAt(source.data, path);
    if (Array.isArray(scorers))
      for (const at of scorers.keys()) reportDedent(source, [...path, at], () => true);
  }
}

/** `isStray`: whether a key after the empty one can be meant to stand below it. */
function reportDedent(source: Source, path: Path, isStray: (key: string) => boolean): void {
  const entries = Object.entries(Object(valueAt(source.data, path)));
  const empty = entries.findIndex(([, value]) => value === null);
  const [name] = entries[empty] ?? [];
  const strays = entries.slice(empty + 1).filter(([key]) => isStray(key));
  const [stray] = strays;
  if (name === undefined || stray === undefined || typeof valueAt(source.data, path) === "string") return;
  const keys = strays.map(([key]) => key).join(", ");
  source.fault(
    CODES.shape,
    `"${name}" is empty: what belongs to it is not indented below it`,
    source.keyPlace([...path, stray[0]]),
    { hint: `Indent ${keys} further than ${name}, by spaces.` },
  );
  // An item of a list is one of several forms: it is spoilt as a whole.
  if (typeof path.at(-1) === "number") source.spoil(path);
  else for (const [key] of [[name], ...strays]) source.spoil([...path, String(key)]);
}
