import type { JsonObject, JsonValue } from "../../domain/json.ts";
import { fieldAt } from "../../domain/template.ts";
import { field, listOf } from "../json-shape.ts";
import { distinct, slug } from "../names.ts";
import type { PromptfooContext } from "./config.ts";
import type { Group } from "./groups.ts";
import type { PromptfooTest } from "./tests.ts";

/** Fields that mean something in a dataset: a variable of that name is called otherwise. */
const RESERVED = new Set(["id", "tags", "__proto__"]);

/** The field of a variable. */
export function fieldName(variable: string): string {
  return RESERVED.has(variable) ? `var_${variable.replaceAll("_", "")}` : variable;
}

/** The ids of tests: their descriptions where they have one, else their number. */
export function caseIds(tests: readonly PromptfooTest[]): ReadonlyMap<PromptfooTest, string> {
  const ids = distinct(tests.map(({ description }, index) => slug(description ?? "", `test-${index + 1}`)));
  return new Map(tests.map((test, index) => [test, ids[index] ?? String(index + 1)]));
}

/** A group's dataset, and the fields of it that are slices. */
export interface GroupCases {
  readonly records: readonly JsonObject[];
  readonly slices: readonly string[];
}

/** The cases of a group: every field that a prompt reads is there. */
export function groupCases(
  { tests, fields }: Group,
  reads: readonly string[],
  { ids, context }: { readonly ids: ReadonlyMap<PromptfooTest, string>; readonly context: PromptfooContext },
): GroupCases {
  const records = tests.flatMap(({ test }, index) => {
    const record = caseRecord(test, ids.get(test) ?? "", fields[index] ?? {});
    const whole = completed(record, reads, test.where, context);
    return whole === undefined ? [] : [whole];
  });
  const names = new Set(tests.flatMap(({ test }) => Object.keys(test.metadata)));
  return { records, slices: [...names].filter((name) => isSlice(name, records)) };
}

function caseRecord(test: PromptfooTest, id: string, checks: JsonObject): JsonObject {
  const variables = Object.entries(test.variables).map(([name, value]): [string, JsonValue] => [
    fieldName(name),
    // An absent value is the empty text in promptfoo's templates.
    value ?? "",
  ]);
  const tags = listOf(field(test.metadata, "tags")).filter((tag) => typeof tag === "string");
  const own = new Map<string, JsonValue>([...variables, ...Object.entries(checks)]);
  const metadata = Object.entries(test.metadata).filter(([name]) => !RESERVED.has(name) && !own.has(name));
  return Object.fromEntries([
    ["id", id],
    ...(tags.length > 0 ? [["tags", tags] as const] : []),
    ...own,
    ...metadata,
  ]);
}

/** A case with the empty text for every variable that a prompt names and the test lacks, as promptfoo does. */
function completed(
  record: JsonObject,
  reads: readonly string[],
  where: string,
  { notes }: PromptfooContext,
): JsonObject | undefined {
  let whole = record;
  for (const path of reads) {
    if (fieldAt(whole, path) !== undefined) continue;
    const [name = ""] = path.split(".");
    if (Object.hasOwn(whole, name)) {
      notes.leftOut(
        where,
        `its variable "${name}" has no "${path.slice(name.length + 1)}", which a prompt reads`,
      );
      return undefined;
    }
    notes.changed(where, `it has no variable "${path}", which a prompt reads: the empty text stands for it`);
    whole = { ...whole, [name]: "" };
  }
  return whole;
}

const MOST_VALUES = 10;

function isSlice(name: string, records: readonly JsonObject[]): boolean {
  if (RESERVED.has(name)) return false;
  const values = records.map((record) => record[name]);
  const areScalars = values.every((value) => ["string", "number", "boolean"].includes(typeof value));
  const different = new Set(values).size;
  return areScalars && different > 1 && different <= MOST_VALUES && different < records.length;
}
