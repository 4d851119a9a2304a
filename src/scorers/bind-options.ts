import type { JsonObject, JsonValue } from "../domain/json.ts";
import { fieldAt, renderValue, templateFields, wholeField } from "../domain/template.ts";
import { isList, isObject } from "./json-equality.ts";
import type { BoundScorer, Scorer } from "./scorer.ts";

/** A scorer with its options over a case; where they do not fit, with the case's field that is to blame. */
export type BoundToCase =
  | Extract<BoundScorer, { ok: true }>
  | { readonly ok: false; readonly reason: string; readonly field: string | undefined };

/** Binds a scorer to case after case. */
export type Binder = (fields: JsonObject) => BoundToCase;

/** A scorer with its options over one case. */
export function bindOptions(scorer: Scorer, options: JsonObject, fields: JsonObject): BoundToCase {
  return optionsBinder(scorer, options)(fields);
}

/**
 * Renders the options of a scorer over cases; what does not hang on the case is worked out once. An option that is one
 * field takes its value; a text (all that CSV has) counts as the number, boolean or list that the option wants, and
 * `null` or an empty text as the option left out.
 */
export function optionsBinder(scorer: Scorer, options: JsonObject): Binder {
  const whole = scorer.complete(options);
  const entries = Object.entries(whole);
  const named = [...new Set(namedFields(whole))];
  return (fields) => {
    const missing = named.filter((path) => fieldAt(fields, path) === undefined);
    if (missing.length > 0)
      return { ok: false, reason: `the case has no field ${missing.join(", ")}`, field: undefined };
    const rendered = Object.fromEntries(
      entries.map(([key, value]): [string, JsonValue] => [key, renderValue(value, fields)]),
    );
    const bound = scorer.bind(rendered);
    if (bound.ok) return bound;
    const sources = sourcesOf(scorer, whole, rendered);
    const read = sources.length === 0 ? rendered : readAsWanted(rendered, sources);
    const again = scorer.bind(read);
    if (again.ok) return again;
    // What the options are said to be is what the case says, unless reading it otherwise got further.
    const { reason } = scorer.schema.safeParse(read).success ? again : bound;
    return { ok: false, reason, field: sources[0]?.field ?? fieldNamedBy(reason, whole) };
  };
}

function namedFields(value: JsonValue): readonly string[] {
  if (typeof value === "string") return templateFields(value).map(({ path }) => path);
  return typeof value === "object" && value !== null ? Object.values(value).flatMap(namedFields) : [];
}

type Path = readonly (string | number)[];

/** A place in the options that one field of the case fills. */
interface Source {
  readonly path: Path;
  readonly field: string;
}

/** The fields behind the values that do not fit. */
function sourcesOf(scorer: Scorer, options: JsonObject, rendered: JsonObject): readonly Source[] {
  const issues = scorer.schema.safeParse(rendered).error?.issues ?? [];
  const found = issues.flatMap(
    ({ path }) =>
      sourceOf(
        options,
        path.filter((step) => typeof step !== "symbol"),
      ) ?? [],
  );
  return [...new Map(found.map((source) => [JSON.stringify(source.path), source])).values()];
}

function sourceOf(options: JsonObject, path: Path): Source | undefined {
  let at: JsonValue | undefined = options;
  for (const [depth, step] of path.entries()) {
    at = inside(at, step);
    const field = typeof at === "string" ? wholeField(at) : undefined;
    if (field !== undefined) return { path: path.slice(0, depth + 1), field };
  }
  return undefined;
}

function inside(value: JsonValue | undefined, step: string | number): JsonValue | undefined {
  if (isList(value)) return value[Number(step)];
  return isObject(value) && Object.hasOwn(value, step) ? value[step] : undefined;
}

function readAsWanted(rendered: JsonObject, sources: readonly Source[]): JsonObject {
  return sources.reduce<JsonObject>((options, { path }) => {
    const changed = changeAt(options, path);
    return isObject(changed) ? changed : options;
  }, rendered);
}

/** The value with what stands at the path read as JSON, or left out. */
function changeAt(value: JsonValue, [step, ...rest]: Path): JsonValue {
  if (step === undefined) return value;
  if (isList(value)) return value.map((item, at) => (at === step ? changed(item, rest) : item));
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, item]): [string, JsonValue][] => {
      if (key !== step) return [[key, item]];
      const isLeftOut = rest.length === 0 && (item === null || item === "");
      return isLeftOut ? [] : [[key, changed(item, rest)]];
    }),
  );
}

function changed(item: JsonValue, rest: Path): JsonValue {
  if (rest.length > 0) return changeAt(item, rest);
  if (typeof item !== "string") return item;
  try {
    return JSON.parse(item);
  } catch {
    return item;
  }
}

/** Faults of a check begin with the option that is at fault; else the only field that the options read. */
function fieldNamedBy(reason: string, options: JsonObject): string | undefined {
  const [word = ""] = /^\w+/.exec(reason) ?? [];
  const named = options[word];
  const field = typeof named === "string" ? wholeField(named) : undefined;
  const fields = new Set(namedFields(options));
  return field ?? (fields.size === 1 ? [...fields][0] : undefined);
}
