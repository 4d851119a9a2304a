import type { z } from "zod";
import { nearest } from "../domain/nearest.ts";
import { CODES } from "./codes.ts";
import { reportDedents } from "./dedents.ts";
import { didYouMean } from "./read-yaml.ts";
import { KNOWN, suiteJsonSchema } from "./schema.ts";
import { descriptionAt } from "./schema-words.ts";
import { lastStep, shapeWords, typeWords } from "./shape-words.ts";
import type { Shelves } from "./shelves.ts";
import type { Path, Source } from "./source.ts";
import { valueAt } from "./value-at.ts";

/** Turns what zod found into faults with their places. */
export function reportIssues(source: Source, issues: readonly z.core.$ZodIssue[], shelves: Shelves): void {
  const shapeless = issues.filter(isShapeless).map(ownerOf);
  reportDedents(source);
  for (const issue of issues) {
    if (source.isSpoilt(pathOf(issue))) continue;
    // Of a model that says neither what it is nor whose, nothing else can be told.
    if (isModels(issue.path[0]) && shapeless.includes(ownerOf(issue)) && !isShapeless(issue)) continue;
    reportIssue(source, issue, [], shelves);
  }
}

/** Where in a suite an issue is. */
export function pathOf({ path }: z.core.$ZodIssue): Path {
  return path.map((step) => (typeof step === "symbol" ? String(step) : step));
}

function ownerOf({ path }: z.core.$ZodIssue): string {
  return JSON.stringify(path.slice(0, 2));
}

/** `judges` are written as `models` are. */
function isModels(part: PropertyKey | undefined): boolean {
  return part === "models" || part === "judges";
}

function isShapeless({ path, code }: z.core.$ZodIssue): boolean {
  return code === "invalid_type" && isModels(path[0]) && path.length === 3 && path[2] === "model_of";
}

function reportIssue(source: Source, issue: z.core.$ZodIssue, above: Path, shelves: Shelves): void {
  const path: Path = [...above, ...pathOf(issue)];
  if (issue.code === "unrecognized_keys") {
    unknownKeys(source, path, issue.keys, shelves);
    return;
  }
  const isThere = valueAt(source.data, path) !== undefined || "discriminator" in issue;
  if (issue.code === "invalid_union" && isThere) {
    unionIssue(source, issue, path, shelves);
    return;
  }
  if (issue.code === "invalid_key") {
    source.fault(CODES.key, `"${String(path.at(-1))}" is not a good name`, source.keyPlace(path));
    return;
  }
  if (isShapeless(issue)) {
    const owner = path.slice(0, -1);
    source.fault(CODES.missingKey, `${partName(owner)} needs "backend"`, source.keyPlace(owner), {
      hint: `Backends: ${shelves.backends.map(({ name }) => name).join(", ")}; or model_of: another model of the suite.`,
    });
    return;
  }
  if (valueAt(source.data, path) === undefined) {
    const owner = path.slice(0, -1);
    if (isMisspelt(source, owner, String(path.at(-1)), shelves)) return;
    source.fault(
      CODES.missingKey,
      `${partName(owner)} needs "${String(path.at(-1))}"`,
      source.keyPlace(owner),
      { hint: expected(issue, descriptionAt(suiteJsonSchema(shelves), source.data, path)) },
    );
    return;
  }
  const choices =
    issue.code === "invalid_value" ? issue.values.filter((value) => typeof value === "string") : [];
  const given = valueAt(source.data, path);
  if (choices.length > 1 && typeof given === "string") {
    source.fault(
      CODES.shape,
      `${lastStep(path)} cannot be ${JSON.stringify(given)}`,
      source.valuePlace(path),
      {
        label: didYouMean(given, choices),
        hint: `One of: ${choices.join(", ")}.`,
      },
    );
    return;
  }
  shapeFault(source, issue, path, shelves);
}

/** A value of the wrong shape, with what the reference says of it. */
function shapeFault(source: Source, issue: z.core.$ZodIssue, path: Path, shelves: Shelves): void {
  const { message, label } = shapeWords(issue, valueAt(source.data, path), subjectOf(path));
  const described = descriptionAt(suiteJsonSchema(shelves), source.data, path);
  source.fault(CODES.shape, message, source.valuePlace(path), {
    label,
    hint: described === undefined ? undefined : `${described.replace(/\.$/, "")}.`,
  });
}

function subjectOf(path: Path): string {
  if (path.length === 0) return "the suite";
  return path.length === 2 && (isModels(path[0]) || path[0] === "tasks") ? partName(path) : lastStep(path);
}

/** Of a union, the branch that fits best speaks: the one with the deepest or fewest issues. */
function unionIssue(source: Source, issue: z.core.$ZodIssueInvalidUnion, path: Path, shelves: Shelves): void {
  const { discriminator } = issue;
  if (discriminator !== undefined) {
    const owner = path.at(-1) === discriminator ? path.slice(0, -1) : path;
    const given = valueAt(source.data, [...owner, discriminator]);
    const names = shelves.backends.map(({ name }) => name);
    const words = {
      label: typeof given === "string" ? didYouMean(given, names) : undefined,
      hint: `Backends: ${names.join(", ")}.`,
    };
    if (given === undefined)
      source.fault(
        CODES.missingKey,
        `${partName(owner)} needs "${discriminator}"`,
        source.keyPlace(owner),
        words,
      );
    else
      source.fault(
        CODES.unknownName,
        `there is no backend ${JSON.stringify(given)}`,
        source.valuePlace([...owner, discriminator]),
        words,
      );
    return;
  }
  const branches = [...issue.errors].sort((a, b) => depth(b) - depth(a) || a.length - b.length);
  const [best] = branches;
  if (best !== undefined && depth(best) > 0) {
    for (const inner of best) reportIssue(source, inner, path, shelves);
    return;
  }
  shapeFault(source, issue, path, shelves);
}

function depth(issues: readonly z.core.$ZodIssue[]): number {
  return Math.max(0, ...issues.map(({ path, code }) => path.length + (code === "unrecognized_keys" ? 1 : 0)));
}

function unknownKeys(source: Source, path: Path, keys: readonly string[], shelves: Shelves): void {
  const known = knownKeys(source, path, shelves);
  for (const key of keys) {
    if (source.isSpoilt([...path, key]) || source.hasFault(source.keyPlace([...path, key]))) continue;
    const home = HOMES.find(([, keys]) => keys.includes(key))?.[0];
    // A part of the suite is seldom misspelt as a key of another part.
    const meant = home === undefined || path.length > 0 ? meantKey(key, known) : undefined;
    // The suite has this part by another name: nothing else about it is missing.
    if (meant !== undefined && path.length === 0) source.spoil([meant]);
    source.fault(
      CODES.unknownKey,
      `unknown key "${key}" in ${partName(path)}`,
      source.keyPlace([...path, key]),
      {
        label: meant === undefined ? home && `it stands in ${home}` : labelOf(key, meant),
        hint: known.length === 0 ? undefined : `Known keys: ${known.join(", ")}.`,
      },
    );
  }
}

/** Where keys stand that are looked for elsewhere. */
const HOMES: readonly (readonly [string, readonly string[]])[] = [
  ["settings", KNOWN.settings],
  ["the gate", KNOWN.gate],
  ["a rule of the gate", KNOWN.rule],
  ["a task", KNOWN.task],
];

/** A key that was misspelt, or written without the space after its colon. */
function meantKey(key: string, known: readonly string[]): string | undefined {
  return known.find((name) => key.startsWith(`${name}:`)) ?? nearest(key, known);
}

function labelOf(key: string, meant: string): string {
  return key.startsWith(`${meant}:`) ? `write "${meant}: " with a space` : `did you mean "${meant}"?`;
}

/** Whether a key that is missing stands there misspelt: the unknown key says so already. */
function isMisspelt(source: Source, owner: Path, missing: string, shelves: Shelves): boolean {
  const known = knownKeys(source, owner, shelves);
  const given = Object.keys(Object(valueAt(source.data, owner)));
  return given.some((key) => !known.includes(key) && meantKey(key, known) === missing);
}

function knownKeys(source: Source, path: Path, shelves: Shelves): readonly string[] {
  const [part, , third] = path;
  if (path.length === 0) return KNOWN.suite;
  const workflow = shelves.workflows.find(({ name }) => name === path[3]);
  if (isModels(part) && third === "workflow")
    return workflow === undefined
      ? shelves.workflows.map(({ name }) => name)
      : Object.keys(workflow.options.shape);
  if (isModels(part) && path.length === 2) {
    const backend = valueAt(source.data, [...path, "backend"]);
    if (backend === undefined) return KNOWN.variant;
    const own = shelves.backends.find(({ name }) => name === backend)?.options.shape ?? {};
    return [...KNOWN.model, ...Object.keys(own)];
  }
  if (isModels(part) && third === "price") return KNOWN.price;
  if (part === "settings" && path.length === 1) return KNOWN.settings;
  if (part === "settings" && path[1] === "budget") return KNOWN.budget;
  if (part === "tasks" && path.length === 2) return KNOWN.task;
  if (part === "tasks" && third === "prompt") return path.length === 3 ? KNOWN.prompt : KNOWN.message;
  if (part === "gate" && path.length === 1) return KNOWN.gate;
  if (part === "gate" && path.length === 3) return KNOWN.rule;
  return [];
}

function partName(path: Path): string {
  const [part, name] = path;
  if (path.length === 0) return "the suite";
  if (isModels(part)) {
    const inner = path[2] === "workflow" ? ["the", path[3], "workflow of "].filter(Boolean).join(" ") : "";
    return `${inner}${part === "judges" ? "judge" : "model"} "${String(name)}"`;
  }
  if (part === "tasks") return `task "${String(name)}"`;
  if (part === "gate" && path.length > 1) return "a rule of the gate";
  return `"${path.join(".")}"`;
}

function expected(issue: z.core.$ZodIssue, described: string | undefined): string | undefined {
  if (described !== undefined) return `${described}.`;
  return issue.code === "invalid_type" ? `Expected ${typeWords(issue.expected)}.` : undefined;
}
