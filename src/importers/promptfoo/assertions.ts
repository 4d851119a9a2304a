import type { JsonObject, JsonValue } from "../../domain/json.ts";
import { templateFields } from "../../domain/template.ts";
import { field, isObject, listOf, numberField, textField } from "../json-shape.ts";
import { isNamed, type Limit, leftOut, type Mapped, scorerItem } from "./check.ts";
import type { CodeModule } from "./code-module.ts";
import { fileReference, type PromptfooContext, readNamed, resolveReference } from "./config.ts";
import { gradedCheck, graderOf, isGraded } from "./graded.ts";
import type { Graders } from "./graders.ts";
import { javascriptCheck } from "./javascript.ts";
import { convertTemplate, render, renderAll } from "./template.ts";
import { type Made, valueChecks } from "./value-checks.ts";

/** Where an assertion stands, and what it may need. */
export interface AssertionPlace {
  readonly where: string;
  readonly variables: JsonObject;
  readonly config: JsonObject;
  readonly context: PromptfooContext;
  readonly code: CodeModule;
  readonly graders: Graders;
  /** The options of the test. */
  readonly options: JsonObject;
}

/** What an assertion becomes: a check of the answer, a limit of the run, or nothing, with the reason. */
export async function mapAssertion(given: JsonValue, place: AssertionPlace): Promise<Mapped> {
  const assertion = resolveReference(given, place.config);
  const written = textField(assertion, "type");
  if (written === undefined) return leftOut("an assertion without a type");
  if (numberField(assertion, "weight") === 0) return leftOut(`${written} of weight 0 decides nothing`);
  for (const key of ["transform", "contextTransform"])
    if (field(assertion, key) !== undefined)
      return leftOut(`${written}: the answer is transformed by code first`);
  if (written === "assert-set") return mapSet(assertion, place);
  const limit = limitOf(assertion, written);
  if (limit !== undefined) return limit;
  if (written === "javascript" || written === "not-javascript")
    return javascriptCheck(assertion, written, place);
  tellUnread(assertion, written, place);
  if (written === "similar" || written === "similar:cosine") return mapSimilar(assertion, written, place);
  if (isGraded(written)) return mapGraded(assertion, written, place);
  const negated = written.startsWith("not-");
  const type = negated ? written.slice("not-".length) : written;
  const maker = valueChecks.get(type);
  if (maker === undefined)
    return leftOut(`${written} has no counterpart${Object.hasOwn(WAY_ON, type) ? WAY_ON[type] : ""}`);
  const value = await assertedValue(assertion, place);
  if ("problem" in value) return leftOut(`${written}: ${value.problem}`);
  const made = maker({ value: value.value, threshold: numberField(assertion, "threshold"), negated });
  if (typeof made === "string") return leftOut(`${written}: ${made}`);
  return finish(assertion, written, made, place);
}

const READ = new Set(["type", "value", "threshold", "weight", "metric", "description", "provider", "assert"]);

/** Of assertions that some scorer of ours could stand in for by hand: why not by itself, and what to write. */
const WAY_ON: { readonly [type: string]: string } = {
  python: ": its code is Python; write it anew as a function for the scorer module",
  webhook: ": it asks a server; ask that from a function for the scorer module",
  "g-eval": ": its scale and steps are its own; write the criteria as the rubric of a judge",
};

/** Tells what an assertion says beside its value that has no counterpart. */
function tellUnread(assertion: JsonValue, written: string, { where, context }: AssertionPlace): void {
  for (const key of Object.keys(isObject(assertion) ? assertion : {}))
    if (!READ.has(key)) context.notes.leftOut(where, `${written}: its ${key} has no counterpart`);
}

/** An assertion that a model grades, as a judge. */
async function mapGraded(assertion: JsonValue, written: string, place: AssertionPlace): Promise<Mapped> {
  const value = await assertedValue(assertion, place);
  if ("problem" in value) return leftOut(`${written}: ${value.problem}`);
  const judge = place.graders.nameOf(graderOf(assertion, place.options), place.where);
  if (judge === undefined) return leftOut(`${written}: its grader cannot be reached`);
  const made = gradedCheck(written, value.value, judge);
  return typeof made === "string" ? leftOut(`${written}: ${made}`) : finish(assertion, written, made, place);
}

/** The least cosine that promptfoo lets pass where an assertion says none. */
const SIMILAR = 0.75;

/** `similar`, by the embeddings of both texts. */
async function mapSimilar(assertion: JsonValue, written: string, place: AssertionPlace): Promise<Mapped> {
  const value = await assertedValue(assertion, place);
  if ("problem" in value) return leftOut(`${written}: ${value.problem}`);
  if (value.value === undefined || value.value === null) return leftOut(`${written}: it has no value`);
  const model = place.graders.embedderOf(graderOf(assertion, place.options), place.where);
  if (model === undefined) return leftOut(`${written}: its model of embeddings cannot be reached`);
  const made: Made = {
    scorer: "semantic",
    options: { model, at_least: numberField(assertion, "threshold") ?? SIMILAR },
    values: { expected: value.value },
    isPlain: typeof value.value === "string",
  };
  return finish(assertion, written, made, place);
}

function finish(assertion: JsonValue, written: string, made: Made, place: AssertionPlace): Mapped {
  const { scorer, options = {}, values = {}, changed } = made;
  const refused = place.context.source.refuses(scorer, { ...options, ...values });
  if (refused !== undefined) return leftOut(`${written}: ${refused}`);
  if (changed !== undefined) place.context.notes.changed(place.where, `${written}: ${changed}`);
  const source = field(assertion, "value");
  const shared =
    typeof source === "string" && made.isPlain === true ? sharedTemplate(source, place) : undefined;
  const [only] = Object.keys(values);
  return {
    kind: "check",
    check: {
      scorer,
      options,
      values,
      templates: shared === undefined || only === undefined ? {} : { [only]: shared },
      label: textField(assertion, "metric") ?? written,
      weight: numberField(assertion, "weight") ?? 1,
    },
  };
}

/** The template of a value that reads only texts of the case: what it renders to is the same in a suite. */
function sharedTemplate(source: string, { variables }: AssertionPlace): string | undefined {
  const converted = convertTemplate(source, (name) => name);
  if (!converted.ok) return undefined;
  const fields = templateFields(converted.text);
  const areTexts = fields.every(({ path }) => typeof variables[path] === "string");
  return fields.length > 0 && areTexts ? converted.text : undefined;
}

/** The value of an assertion: of its file, where it names one, and rendered. */
async function assertedValue(
  assertion: JsonValue,
  { variables, context }: AssertionPlace,
): Promise<{ readonly value: JsonValue | undefined } | { readonly problem: string }> {
  const written = field(assertion, "value");
  if (written === undefined) return { value: undefined };
  const whole = typeof written === "string" ? render(written, variables) : undefined;
  const reference = fileReference(whole?.ok === true ? whole.text : undefined);
  if (reference !== undefined) return readNamed(reference.path, context);
  const rendered = renderAll(written, variables);
  return rendered.ok ? { value: rendered.value } : { problem: rendered.reason };
}

/** `cost` and `latency` bound a run. */
function limitOf(assertion: JsonValue, type: string): Mapped | undefined {
  if (type !== "cost" && type !== "latency") return undefined;
  const threshold = numberField(assertion, "threshold");
  if (threshold === undefined || threshold <= 0) return leftOut(`${type} without a threshold only measures`);
  const metric: Limit["metric"] = type === "cost" ? "cost" : "latency_p95";
  return { kind: "limit", limit: { metric, atMost: threshold } };
}

/** A group of assertions: all must hold, or with a threshold their mean counts. */
async function mapSet(assertion: JsonValue, place: AssertionPlace): Promise<Mapped> {
  const parts: JsonValue[] = [];
  for (const one of listOf(field(assertion, "assert"))) {
    const mapped = await mapAssertion(one, place);
    if (mapped.kind === "left-out") return leftOut(`assert-set: ${mapped.reason}`);
    if (mapped.kind === "limit")
      return leftOut("assert-set: a limit of cost or latency cannot be part of a score");
    const { check } = mapped;
    if (check.scorer === "module") return leftOut("assert-set: code cannot be part of a group");
    if (isNamed(check)) return leftOut("assert-set: a judge cannot be part of a group");
    const label = `${check.label} ${parts.length + 1}`;
    parts.push(scorerItem({ ...check, label }, { ...check.options, ...check.values }));
  }
  if (parts.length === 0) return leftOut("assert-set without assertions");
  const threshold = numberField(assertion, "threshold");
  const made: Made = {
    scorer: threshold === undefined ? "all" : "mean",
    values: { scorers: parts },
    ...(threshold !== undefined && { changed: meanNote(threshold) }),
  };
  return finish(assertion, "assert-set", made, place);
}

/** What is told where a threshold made a pass of a mean. */
export function meanNote(threshold: number): string {
  return `the mean of its assertions is the score; the threshold of ${threshold} makes no pass or fail of it`;
}
