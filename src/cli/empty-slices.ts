import type { Case } from "../domain/dataset.ts";
import type { Fault } from "../domain/fault.ts";
import { nearest } from "../domain/nearest.ts";
import type { Rule, Suite, Where } from "../domain/suite.ts";
import type { CaseSource } from "../engine/plan.ts";
import { slicesOf } from "../engine/scored-sample.ts";
import { CODES } from "../suite/codes.ts";

/** Values of a field that are kept to be named. */
const MOST_VALUES = 20;

/**
 * Rules of the gate whose slice is empty: no answer could decide them. A dataset is read up to the first case of the
 * slice. Of a rule about a dataset that is not here nothing is said.
 */
export async function emptySlices(
  { tasks, gate }: Suite,
  datasets: ReadonlyMap<string, CaseSource>,
): Promise<readonly Fault[]> {
  const faults: Fault[] = [];
  for (const rule of gate?.rules ?? []) {
    const about = tasks.filter(({ name }) => rule.task === undefined || rule.task === name);
    const sources = about.flatMap(({ name }) => datasets.get(name) ?? []);
    if (rule.where === undefined || sources.length < about.length || !hasFields(sources, rule.where))
      continue;
    const seen = await valuesOutside(sources, rule.where);
    const of = [...new Set(about.map(({ dataset }) => dataset.path))].join(" or ");
    if (seen !== undefined) faults.push(emptySlice(rule, rule.where, { seen, of }));
  }
  return faults;
}

/** A field that no case has is told by its name. */
function hasFields(sources: readonly CaseSource[], where: Where): boolean {
  const fields = sources.flatMap(({ summary }) => summary.fields);
  return Object.keys(where).every((path) => fields.includes(path.split(".")[0] ?? path));
}

/** Of each field of a slice, values that cases have; `undefined` where a case is in the slice. */
async function valuesOutside(
  sources: readonly CaseSource[],
  where: Where,
): Promise<ReadonlyMap<string, ReadonlySet<string>> | undefined> {
  const seen = new Map(Object.keys(where).map((field) => [field, new Set<string>()]));
  const isOutside = (item: Case) => {
    const lacking = Object.entries(where).filter(([field, value]) => {
      const values = valuesOf(item, field);
      const kept = seen.get(field);
      for (const one of values) if (kept !== undefined && kept.size < MOST_VALUES) kept.add(one);
      return !values.includes(String(value));
    });
    return lacking.length > 0;
  };
  for (const source of sources)
    for await (const batch of source.cases())
      for (const item of batch) if (!isOutside(item)) return undefined;
  return seen;
}

function valuesOf(item: Case, field: string): readonly string[] {
  return field === "tags" ? item.tags : Object.values(slicesOf(item, [field]));
}

interface Outside {
  readonly seen: ReadonlyMap<string, ReadonlySet<string>>;
  readonly of: string;
}

function emptySlice({ place }: Rule, where: Where, { seen, of }: Outside): Fault {
  const slice = Object.entries(where).map(([field, value]) => `${field}=${value}`);
  const near = Object.entries(where).flatMap(([field, value]) => {
    const meant = nearest(String(value), [...(seen.get(field) ?? [])]);
    return meant === undefined ? [] : [`${field}: ${meant}`];
  });
  const values = [...seen].map(([field, some]) => `${field}: ${[...some].join(", ") || "none"}`);
  return {
    code: CODES.gateRule,
    message: `no case of ${of} has ${slice.join(" and ")}: this rule could never be decided`,
    place,
    source: undefined,
    label: near.length === 0 ? undefined : `did you mean ${near.join(", ")}?`,
    hint: `Values there: ${values.join("; ")}.`,
  };
}
