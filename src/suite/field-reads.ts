import type { FieldRead } from "../domain/suite.ts";
import { templateFields } from "../domain/template.ts";
import type { Path, Source } from "./source.ts";
import { valueAt } from "./value-at.ts";

/** Every `{{ field }}` below a path of the suite, each with its own place. */
export function fieldReads(source: Source, path: Path): readonly FieldRead[] {
  return readsIn(source, valueAt(source.data, path), path);
}

function readsIn(source: Source, value: unknown, path: Path): readonly FieldRead[] {
  if (typeof value === "object" && value !== null) {
    return Object.entries(value).flatMap(([key, item]) =>
      readsIn(source, item, [...path, Array.isArray(value) ? Number(key) : key]),
    );
  }
  if (typeof value !== "string") return [];
  let from = 0;
  return templateFields(value).map(({ path: field, start, end }) => {
    const part = source.partPlace(path, value.slice(start, end), from);
    from = part.end;
    return { path: field, place: part.place };
  });
}
