import type { Fault, Place } from "../domain/fault.ts";
import { nearest } from "../domain/nearest.ts";
import type { Suite } from "../domain/suite.ts";

/**
 * Fields that group cases (a cluster, slices, the slice of a rule) and that no case has. `fieldsOf` has the fields of
 * every dataset without a fault, by task: of the others nothing is said.
 */
export function groupFaults(
  { tasks, gate }: Suite,
  fieldsOf: ReadonlyMap<string, readonly string[]>,
): readonly Fault[] {
  const ofTasks = tasks.flatMap(({ name, groups = [], dataset }) => {
    const fields = fieldsOf.get(name);
    return fields === undefined
      ? []
      : groups.flatMap(({ path, place }) => lackingField(path, place, { fields, of: dataset.path }));
  });
  const ofRules = (gate?.rules ?? []).flatMap(({ where = {}, task, place }) => {
    const about = tasks.filter(({ name }) => task === undefined || task === name);
    const known = about.flatMap(({ name }) => fieldsOf.get(name) ?? []);
    if (about.some(({ name }) => !fieldsOf.has(name))) return [];
    const of = about.map(({ dataset }) => dataset.path).join(" or ");
    return Object.keys(where).flatMap((path) => lackingField(path, place, { fields: known, of }));
  });
  return [...ofTasks, ...ofRules];
}

interface Fields {
  readonly fields: readonly string[];
  /** The datasets that have them. */
  readonly of: string;
}

function lackingField(path: string, place: Place, { fields, of }: Fields): readonly Fault[] {
  const [top = path] = path.split(".");
  if (fields.includes(path) || fields.includes(top)) return [];
  const near = nearest(path, fields);
  return [
    {
      code: "E1203",
      message: `the suite groups cases by "${path}", but no case of ${of} has that field`,
      place,
      source: undefined,
      label: near === undefined ? undefined : `did you mean "${near}"?`,
      hint: `Fields in ${of}: ${[...new Set(fields)].slice(0, 20).join(", ")}.`,
    },
  ];
}
