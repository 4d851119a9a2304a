import type { JsonObject, JsonValue } from "../../domain/json.ts";
import { templateFields } from "../../domain/template.ts";
import { asText, isObject, mapTexts } from "../json-shape.ts";
import { distinct, slug } from "../names.ts";
import { meanNote } from "./assertions.ts";
import { type Check, isNamed, scorerItem } from "./check.ts";
import type { CodeModule } from "./code-module.ts";
import type { PromptfooContext } from "./config.ts";
import type { ScoredTest } from "./scored-tests.ts";
import { convertTemplate } from "./template.ts";

/** Tests that make one task: the scorers of the suite, and what each test adds to its case. */
export interface Group {
  readonly tests: readonly ScoredTest[];
  readonly scorers: readonly JsonValue[];
  readonly fields: readonly JsonObject[];
}

/** What scorers of a suite are written with. */
export interface Book {
  /** The field of a variable. */
  readonly rename: (name: string) => string;
  readonly code: CodeModule;
}

/**
 * Tests whose assertions have one shape share scorers. Tests of many shapes stay one task with one score: each shape
 * is a scorer, and a case gives weight to its own alone. Code and judges are asked where they are meant and nowhere
 * else: their tests make tasks of their own.
 */
export function groupTests(
  tests: readonly ScoredTest[],
  book: Book,
  context: PromptfooContext,
): readonly Group[] {
  for (const { test } of tests)
    if (test.threshold !== undefined) context.notes.changed(test.where, meanNote(test.threshold));
  const names = new Set(tests.flatMap(({ test }) => Object.keys(test.variables)));
  return byKey(tests, frameOf).flatMap((framed) => {
    const isApart = ({ test, checks }: ScoredTest) => test.threshold !== undefined || checks.some(isNamed);
    const apart = byKey(framed.filter(isApart), shapeOf).map((one) =>
      shared(one, { ...book, names, prefix: "" }),
    );
    const plain = byKey(
      framed.filter((test) => !isApart(test)),
      shapeOf,
    );
    return plain.length === 0 ? apart : [weighted(plain, { ...book, names, prefix: "" }), ...apart];
  });
}

function byKey(
  tests: readonly ScoredTest[],
  keyOf: (test: ScoredTest) => string,
): readonly (readonly ScoredTest[])[] {
  const groups = new Map<string, ScoredTest[]>();
  for (const test of tests) groups.set(keyOf(test), [...(groups.get(keyOf(test)) ?? []), test]);
  return [...groups.values()];
}

/** What stands around the prompt. */
function frameOf({ test: { options } }: ScoredTest): string {
  return JSON.stringify([options["prefix"] ?? "", options["suffix"] ?? ""]);
}

function shapeOf({ checks, test }: ScoredTest): string {
  const shapes = checks.map(({ scorer, options, values, weight }) => [
    scorer,
    options,
    Object.keys(values),
    weight,
  ]);
  return JSON.stringify([shapes, test.threshold !== undefined]);
}

function labelled(checks: readonly Check[]): readonly Check[] {
  // A label is no template.
  const labels = distinct(checks.map(({ label }) => label.replace(/[{}]/g, "")));
  return checks.map((check, index) => ({ ...check, label: labels[index] ?? check.label }));
}

function joined(items: readonly JsonValue[], threshold: number | undefined): readonly JsonValue[] {
  if (threshold !== undefined || items.length < 2) return items;
  return [{ all: { name: "pass", scorers: items } }];
}

/** What the scorers of one group are written with. */
interface GroupBook extends Book {
  /** Names that variables have taken. */
  readonly names: ReadonlySet<string>;
  /** Before the names of fields: tells those of one shape from those of another. */
  readonly prefix: string;
}

/** One scorer a shape; a case weighs its own with 1 and every other one with 0. */
function weighted(shapes: readonly (readonly ScoredTest[])[], book: GroupBook): Group {
  const [only] = shapes;
  if (only !== undefined && shapes.length === 1) return shared(only, book);
  const parts = shapes.map((tests, index) => shared(tests, { ...book, prefix: `shape_${index + 1}_` }));
  const weights = shapes.map((_, index) => free(`shape_${index + 1}`, book.names));
  // What is not weighed must fit its scorer all the same: the values of the shape's first test.
  const filler = Object.assign({}, ...parts.map(({ fields }) => fields[0] ?? {}));
  const labels = distinct(parts.map(({ tests }) => labelOf(tests)));
  return {
    tests: parts.flatMap(({ tests }) => tests),
    fields: parts.flatMap(({ fields }, at) =>
      fields.map((own) => ({
        ...filler,
        ...own,
        ...Object.fromEntries(weights.map((name, index) => [name, Number(index === at)])),
      })),
    ),
    scorers: parts.flatMap(({ scorers }, at) =>
      scorers.map((scorer) => renamed(scorer, labels[at] ?? "checks", `{{ ${weights[at] ?? ""} }}`)),
    ),
  };
}

/** A name for the checks of tests of one shape: what each is called. */
function labelOf([first]: readonly ScoredTest[]): string {
  return slug([...new Set(first?.checks.map(({ label }) => label))].join("-"), "checks");
}

/** A scorer as a suite writes it, under another name and with a weight. */
function renamed(scorer: JsonValue, name: string, weight: string): JsonValue {
  const [entry] = isObject(scorer) ? Object.entries(scorer) : [];
  return entry === undefined ? scorer : { [entry[0]]: { ...(isObject(entry[1]) && entry[1]), name, weight } };
}

/** The checks stand in the suite: what differs between cases is a field. */
function shared(tests: readonly ScoredTest[], book: GroupBook): Group {
  const [first] = tests;
  if (first === undefined) return { tests, scorers: [], fields: [] };
  const fields = tests.map((): { [field: string]: JsonValue } => ({}));
  const items = labelled(commonLabels(tests)).map((check, index) => {
    const all = tests.map((test) => test.checks[index]);
    const fill = (field: string, option: string) => {
      const name = free(book.prefix + field, book.names);
      for (const [at, own] of all.entries()) {
        const target = fields[at];
        if (target !== undefined) target[name] = own?.values[option] ?? null;
      }
      return `{{ ${name} }}`;
    };
    if (check.scorer === "module") return scorerItem(check, codeOptions(all, fill, book));
    const isOnly = first.checks.length === 1 && Object.keys(check.values).length === 1;
    const values = Object.keys(check.values).map((option): [string, JsonValue] => {
      const common = commonValue(all, option, book.rename);
      const field = isOnly ? "expected" : `check_${index + 1}_${option}`;
      return [option, common ?? fill(field, option)];
    });
    return scorerItem(check, { ...check.options, ...Object.fromEntries(values) });
  });
  return { tests, fields, scorers: joined(items, first.test.threshold) };
}

/** The function that all tests share, or the one that picks by what a case says: a suite alone names what is run. */
function codeOptions(
  checks: readonly (Check | undefined)[],
  fill: (field: string, option: string) => string,
  { code }: Book,
): JsonObject {
  const names = new Set(checks.map((check) => String(check?.values["function"])));
  const [only = ""] = names;
  if (names.size === 1) return { path: code.path, function: only };
  return { path: code.path, function: code.byCase(), expected: fill("check", "function") };
}

/** The checks of the first test; one that tests call by different names goes by its scorer's. */
function commonLabels(tests: readonly ScoredTest[]): readonly Check[] {
  return (tests[0]?.checks ?? []).map((check, index) => {
    const isShared = tests.every(({ checks }) => checks[index]?.label === check.label);
    return isShared ? check : { ...check, label: check.scorer };
  });
}

/** What an option is for all tests: their template, or one value that cannot be taken for a template. */
function commonValue(
  checks: readonly (Check | undefined)[],
  option: string,
  rename: (name: string) => string,
): JsonValue | undefined {
  const [first] = checks;
  if (first === undefined) return undefined;
  const template = first.templates[option];
  if (template !== undefined && checks.every((check) => check?.templates[option] === template)) {
    const converted = convertTemplate(template, rename);
    if (converted.ok) return converted.text;
  }
  const value = first.values[option] ?? null;
  const text = JSON.stringify(value);
  const isSame = checks.every((check) => JSON.stringify(check?.values[option] ?? null) === text);
  return isSame && !holdsTemplate(value) ? value : undefined;
}

function holdsTemplate(value: JsonValue): boolean {
  let found = false;
  mapTexts(value, (text) => {
    found ||= templateFields(text).length > 0;
    return text;
  });
  return found || templateFields(asText(value)).length > 0;
}

function free(wanted: string, names: ReadonlySet<string>): string {
  return names.has(wanted) ? free(`${wanted}_`, names) : wanted;
}
