import type { JsonObject, JsonValue } from "../../domain/json.ts";
import { field, isObject, listOf, numberField, objectField, textField } from "../json-shape.ts";
import { extensionOf, fileReference, type PromptfooContext, readNamed, resolveReference } from "./config.ts";
import { csvTests } from "./csv-tests.ts";
import { expandVariables } from "./variables.ts";

/** A test of promptfoo with its defaults filled in and its lists of values spread out. */
export interface PromptfooTest {
  readonly where: string;
  readonly description: string | undefined;
  readonly variables: JsonObject;
  readonly assertions: readonly JsonValue[];
  /** The share of its assertions that must hold; `undefined`: all. */
  readonly threshold: number | undefined;
  readonly metadata: JsonObject;
  readonly options: JsonObject;
}

/** A test as it is written, and where. */
interface Written {
  readonly where: string;
  readonly test: JsonValue;
}

/** Every test of the configuration: its own, and those of its scenarios. */
export async function readTests(
  config: JsonObject,
  context: PromptfooContext,
): Promise<readonly PromptfooTest[]> {
  const defaults = await readDefaults(field(config, "defaultTest"), context);
  const written: Written[] = [];
  const tests = field(config, "tests");
  if (tests === undefined && field(config, "scenarios") === undefined)
    written.push({ where: "tests", test: {} });
  for (const item of listOf(tests))
    written.push(...(await readItem(item, `test ${written.length + 1}`, context)));
  for (const [index, scenario] of listOf(field(config, "scenarios")).entries())
    written.push(...(await readScenario(scenario, `scenario ${index + 1}`, context)));
  const found: PromptfooTest[] = [];
  for (const { where, test } of written) {
    tellUnread(test, where, context);
    const whole = wholeTest(test, defaults, config);
    found.push(...(await spread({ ...whole, where }, field(test, "vars"), context)));
  }
  return found;
}

async function readDefaults(given: JsonValue | undefined, context: PromptfooContext): Promise<JsonObject> {
  const reference = fileReference(given);
  if (reference === undefined) return isObject(given) ? given : {};
  const read = await readNamed(reference.path, context);
  if ("problem" in read) context.notes.leftOut("defaultTest", read.problem);
  return "value" in read && isObject(read.value) ? read.value : {};
}

/** The tests that one item stands for: itself, or those of the files that it names. */
async function readItem(
  item: JsonValue,
  where: string,
  context: PromptfooContext,
): Promise<readonly Written[]> {
  const named = typeof item === "string" ? item : textField(item, "path");
  if (named === undefined) return [{ where, test: item }];
  if (/^(?:https?|huggingface|az|s3):/.test(named)) {
    context.notes.leftOut(
      where,
      `its tests come from ${named.split(":")[0]}, which is not fetched on import`,
    );
    return [];
  }
  const { path } = fileReference(named) ?? { path: named };
  const paths = path.includes("*") ? await context.source.match(path) : [path];
  if (paths.length === 0) context.notes.leftOut(where, `no file matches ${path}`);
  const found: Written[] = [];
  for (const one of paths) found.push(...(await readFile(one, where, context)));
  return found;
}

async function readFile(path: string, where: string, context: PromptfooContext): Promise<readonly Written[]> {
  if (extensionOf(path).startsWith("xls")) {
    context.notes.leftOut(where, `${path} is a workbook; save it as CSV`);
    return [];
  }
  const read = await readNamed(path, context);
  if ("problem" in read) {
    context.notes.leftOut(where, read.problem);
    return [];
  }
  if (extensionOf(path) !== "csv")
    return listOf(read.value).map((test, index) => ({ where: `${path} test ${index + 1}`, test }));
  const rows = await csvTests(String(read.value), path, context);
  return rows.map((test, index) => ({ where: `${path} row ${index + 1}`, test }));
}

async function readScenario(
  given: JsonValue,
  where: string,
  context: PromptfooContext,
): Promise<readonly Written[]> {
  const reference = fileReference(given);
  if (reference !== undefined) {
    context.notes.leftOut(where, "scenarios of another file have no counterpart");
    return [];
  }
  const tests: Written[] = [];
  for (const item of listOf(field(given, "tests"))) tests.push(...(await readItem(item, where, context)));
  return listOf(field(given, "config")).flatMap((data, at) =>
    tests.map(({ test }, index) => ({
      where: `${where}, data ${at + 1}, test ${index + 1}`,
      test: { ...asObject(test), vars: { ...objectField(data, "vars"), ...objectField(test, "vars") } },
    })),
  );
}

function asObject(value: JsonValue): JsonObject {
  return isObject(value) ? value : {};
}

const READ = new Set(["description", "vars", "assert", "threshold", "metadata", "options", "provider"]);

function tellUnread(test: JsonValue, where: string, { notes }: PromptfooContext): void {
  for (const key of Object.keys(asObject(test)))
    if (!READ.has(key)) notes.leftOut(where, `its ${key} has no counterpart`);
}

/** A test with `defaultTest` under it. */
function wholeTest(test: JsonValue, defaults: JsonObject, config: JsonObject): Omit<PromptfooTest, "where"> {
  const options = { ...objectField(defaults, "options"), ...objectField(test, "options") };
  const shared = options["disableDefaultAsserts"] === true ? [] : listOf(field(defaults, "assert"));
  const description = textField(test, "description");
  return {
    description,
    variables: { ...objectField(defaults, "vars"), ...objectField(test, "vars") },
    assertions: [...shared, ...listOf(field(test, "assert"))].map((one) => resolveReference(one, config)),
    threshold: numberField(test, "threshold") ?? numberField(defaults, "threshold"),
    metadata: { ...objectField(defaults, "metadata"), ...objectField(test, "metadata") },
    options: {
      ...options,
      ...(field(test, "provider") !== undefined && { ownProvider: true }),
    },
  };
}

async function spread(
  test: PromptfooTest,
  vars: JsonValue | undefined,
  context: PromptfooContext,
): Promise<readonly PromptfooTest[]> {
  const loaded = await namedVariables(vars, context);
  if (typeof loaded === "string") {
    context.notes.leftOut(test.where, loaded);
    return [];
  }
  const expanded = await expandVariables({ ...test.variables, ...loaded }, test.options, context);
  if (typeof expanded === "string") {
    context.notes.leftOut(test.where, expanded);
    return [];
  }
  return expanded.map((variables) => ({ ...test, variables }));
}

/** Variables that stand in a file of their own; a text is why they cannot be read. */
async function namedVariables(
  vars: JsonValue | undefined,
  context: PromptfooContext,
): Promise<JsonObject | string> {
  if (typeof vars !== "string") return {};
  const read = await readNamed(fileReference(vars)?.path ?? vars, context);
  if ("problem" in read) return read.problem;
  return isObject(read.value) ? read.value : "its file of variables holds no object";
}
