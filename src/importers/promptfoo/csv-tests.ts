import { parse } from "csv-parse/sync";
import { z } from "zod";
import type { JsonObject, JsonValue } from "../../domain/json.ts";
import type { PromptfooContext } from "./config.ts";

const rows = z.array(z.array(z.string()));

/** The tests of a CSV file: columns are variables, but for those that start with two underscores. */
export async function csvTests(
  text: string,
  path: string,
  { notes }: PromptfooContext,
): Promise<readonly JsonObject[]> {
  const read = readRows(text);
  if (typeof read === "string") {
    notes.leftOut(path, `it is not valid CSV: ${read}`);
    return [];
  }
  const [header = [], ...records] = read;
  for (const name of header) {
    if (name.startsWith("__") && !KNOWN.test(name))
      notes.leftOut(path, `there is no counterpart of the column ${name}`);
  }
  return records.map((record) => rowTest(header, record));
}

const KNOWN = /^__(?:expected\d*|description|prefix|suffix|metric|threshold|metadata:.+)$/;

function readRows(text: string): readonly (readonly string[])[] | string {
  try {
    return rows.parse(
      parse(text, { bom: true, skip_empty_lines: true, trim: true, relax_column_count: true }),
    );
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

function rowTest(header: readonly string[], record: readonly string[]): JsonObject {
  const cells = header.map((name, index) => [name, record[index] ?? ""] as const);
  const cell = (wanted: string) => cells.find(([name, value]) => name === wanted && value !== "")?.[1];
  const metric = cell("__metric");
  const assert = cells.flatMap(([name, value]) =>
    /^__expected\d*$/.test(name) && value !== "" ? [expectation(value, metric)] : [],
  );
  const threshold = cell("__threshold");
  const metadata = cells.flatMap(([name, value]): [string, JsonValue][] =>
    name.startsWith("__metadata:") && value !== ""
      ? [metadataOf(name.slice("__metadata:".length), value)]
      : [],
  );
  const description = cell("__description");
  const prefix = cell("__prefix");
  const suffix = cell("__suffix");
  return {
    vars: Object.fromEntries(cells.filter(([name]) => !name.startsWith("__"))),
    assert,
    metadata: Object.fromEntries(metadata),
    options: { ...(prefix !== undefined && { prefix }), ...(suffix !== undefined && { suffix }) },
    ...(threshold !== undefined && Number.isFinite(Number(threshold)) && { threshold: Number(threshold) }),
    ...(description !== undefined && { description }),
  };
}

function metadataOf(name: string, value: string): [string, JsonValue] {
  if (!name.endsWith("[]")) return [name, value];
  return [name.slice(0, -2), value.split(/(?<!\\),/).map((item) => item.replace(/\\,/g, ",").trim())];
}

const LISTS = /^(?:not-)?i?contains-(?:any|all)$/;
const TYPED = /^((?:not-)?[a-z][a-z0-9-]*)(?:\((-?[\d.]+)\))?(?::([\s\S]*))?$/;
/** What may stand before the colon; anything else is part of the expected text. */
const TYPES =
  /^(?:not-)?(?:equals|i?contains(?:-any|-all)?|contains-json|is-json|regex|starts-with|similar|llm-rubric|factuality|model-graded-[a-z]+|javascript|python|cost|latency|levenshtein|rouge-n|bleu|word-count|is-refusal|is-xml|is-sql|classifier|g-eval|answer-relevance|context-[a-z]+|moderation|webhook|select-best)$/;
const SHORT: { readonly [prefix: string]: string } = {
  fn: "javascript",
  eval: "javascript",
  grade: "llm-rubric",
};

/** An assertion as a cell holds it: `contains: Paris`, `similar(0.8): hello`, or the text itself. */
function expectation(cell: string, metric: string | undefined): JsonObject {
  const named = metric === undefined ? {} : { metric };
  const [, written = "", threshold, value] = TYPED.exec(cell) ?? [];
  const type = Object.hasOwn(SHORT, written) ? (SHORT[written] ?? written) : written;
  const isTyped =
    TYPES.test(type) && (value !== undefined || /^(?:not-)?(?:is-|contains-json|latency|cost)/.test(type));
  if (!isTyped) return { type: "equals", value: cell, ...named };
  return {
    type,
    ...(threshold !== undefined && { threshold: Number(threshold) }),
    ...(value !== undefined && { value: LISTS.test(type) ? listOf(value) : value.trim() }),
    ...named,
  };
}

/** Values with commas between; quotes keep a comma inside of one. */
function listOf(text: string): readonly string[] {
  const read = readRows(text.trim());
  const [first] = typeof read === "string" ? [text.split(",")] : read;
  return (first ?? []).map((item) => item.trim());
}
