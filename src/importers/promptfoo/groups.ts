import type { JsonObject, JsonValue } from "../../domain/json.ts";
import { templateFields } from "../../domain/template.ts";
import { asText, mapTexts } from "../json-shape.ts";
import { distinct } from "../names.ts";
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
 * Tests whose assertions have one shape share scorers that the suite shows. Tests of many shapes carry their checks
 * in their cases, so that they stay one task with one score; code is named by the suite alone, never by a case.
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
    const shapes = byKey(framed, shapeOf);
    const withThreshold = framed.some(({ test }) => test.threshold !== undefined);
    if (shapes.length === 1 || withThreshold) return shapes.map((one) => shared(one, names, book));
    return byKey(framed, namedOf).map((one) =>
      byKey(one, shapeOf).length === 1 ? shared(one, names, book) : perCase(one, names, book),
    );
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

/** Code and judges are named by the suite: tests with the same of them make one task. */
function namedOf({ checks, test }: ScoredTest): string {
  const named = checks.filter(isNamed);
  return JSON.stringify([shapeOf({ checks: named, test, limits: [] }), named.length === checks.length]);
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

/** The checks stand in the case: the suite asks for all of them, and for the code, which it names itself. */
function perCase(tests: readonly ScoredTest[], names: ReadonlySet<string>, book: Book): Group {
  const name = free("checks", names);
  const code = shared(
    tests.map(({ checks, ...test }) => ({ ...test, checks: checks.filter(isNamed) })),
    names,
    book,
  );
  const fields = tests.map(({ checks }, index) => {
    const plain = labelled(checks.filter((check) => !isNamed(check)));
    const items = plain.map((check) => scorerItem(check, { ...check.options, ...check.values }));
    return { ...code.fields[index], [name]: items };
  });
  const own = { all: { name: code.scorers.length === 0 ? "pass" : "checks", scorers: `{{ ${name} }}` } };
  return { tests, fields, scorers: joined([...code.scorers, own], undefined) };
}

/** The checks stand in the suite: what differs between cases is a field. */
function shared(tests: readonly ScoredTest[], names: ReadonlySet<string>, { rename, code }: Book): Group {
  const [first] = tests;
  if (first === undefined) return { tests, scorers: [], fields: [] };
  const fields = tests.map((): { [field: string]: JsonValue } => ({}));
  const items = labelled(commonLabels(tests)).map((check, index) => {
    const values = Object.keys(check.values).map((option): [string, JsonValue] => {
      const all = tests.map((test) => test.checks[index]);
      const common = commonValue(all, option, rename);
      if (common !== undefined) return [option, common];
      const name = free(fieldFor(check, option, first.checks, index), names);
      for (const [at, own] of all.entries()) {
        const target = fields[at];
        if (target !== undefined) target[name] = own?.values[option] ?? null;
      }
      return [option, `{{ ${name} }}`];
    });
    const path = check.scorer === "module" ? { path: code.path } : {};
    return scorerItem(check, { ...path, ...check.options, ...Object.fromEntries(values) });
  });
  return { tests, fields, scorers: joined(items, first.test.threshold) };
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

/** The name of the field that holds what an option is for each case. */
function fieldFor(check: Check, option: string, checks: readonly Check[], index: number): string {
  if (check.scorer === "module") return "check";
  const isOnly = checks.length === 1 && Object.keys(check.values).length === 1;
  return isOnly ? "expected" : `check_${index + 1}_${option}`;
}

function free(wanted: string, names: ReadonlySet<string>): string {
  return names.has(wanted) ? free(`${wanted}_`, names) : wanted;
}
