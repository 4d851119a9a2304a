import type { JsonObject, JsonValue } from "../../domain/json.ts";
import type { ImportSource } from "../importer.ts";
import { field, isList, isObject, textField } from "../json-shape.ts";
import type { Notebook } from "../notebook.ts";
import { decode, readDocument, readJsonLines } from "../read-document.ts";

/** What is carried over, key by key of the configuration; every other key that is set is told. */
const READ = new Set(["$schema", "description", "prompts", "providers", "targets", "tests", "scenarios"]);
const ALSO_READ = new Set(["defaultTest", "assertionTemplates", "evaluateOptions"]);
/** Keys that say where results go or how a command is called: a suite of evals has no use for them. */
const WITHOUT_EFFECT = new Set([
  "outputPath",
  "writeLatestResults",
  "sharing",
  "commandLineOptions",
  "tags",
  "metadata",
]);

/** What the importer of promptfoo passes on from step to step. */
export interface PromptfooContext {
  readonly source: ImportSource;
  readonly notes: Notebook;
}

/** Tells every key of the configuration that has no counterpart. */
export function tellUnread(config: JsonObject, { notes }: PromptfooContext): void {
  for (const key of Object.keys(config)) {
    if (READ.has(key) || ALSO_READ.has(key)) continue;
    const value = config[key];
    if (value === null || value === false || (isList(value) && value.length === 0)) continue;
    if (WITHOUT_EFFECT.has(key)) notes.unneeded(key, "it changes neither what is asked nor how it is scored");
    else notes.leftOut(key, "there is no counterpart");
  }
}

/** The path of a `file://` reference, and the function that it names; `undefined` for any other text. */
export function fileReference(
  value: JsonValue | undefined,
): { readonly path: string; readonly function: string | undefined } | undefined {
  if (typeof value !== "string" || !value.startsWith("file://")) return undefined;
  const found = /^(.*\.[A-Za-z0-9]+):([A-Za-z_$][\w$]*)$/.exec(value.slice("file://".length));
  return found === null
    ? { path: value.slice("file://".length), function: undefined }
    : { path: found[1] ?? "", function: found[2] };
}

/** The extension of a path, in lower case, without its dot. */
export function extensionOf(path: string): string {
  return (/\.([A-Za-z0-9]+)$/.exec(path)?.[1] ?? "").toLowerCase();
}

const CODE = new Set(["js", "cjs", "mjs", "ts", "cts", "mts", "py", "rb", "sh"]);

const DATA = new Set(["yaml", "yml", "json", "jsonl"]);

type Named = { readonly value: JsonValue } | { readonly problem: string };

/** The text of a named file; `problem` is why there is none. */
export async function readText(path: string, { source }: PromptfooContext): Promise<Named> {
  const bytes = await source.read(path);
  if (bytes === undefined)
    return { problem: `${path} cannot be read (it must lie in the working folder, or beside the source)` };
  const text = decode(bytes);
  return text === undefined ? { problem: `${path} holds no text` } : { value: text };
}

/** What a named file holds: data of YAML, JSON or JSONL, else its text; `problem` is why not. */
export async function readNamed(path: string, context: PromptfooContext): Promise<Named> {
  const extension = extensionOf(path);
  if (CODE.has(extension)) return { problem: `${path} is code, which is not run on import` };
  const read = await readText(path, context);
  if ("problem" in read || !DATA.has(extension)) return read;
  const bytes = Buffer.from(String(read.value));
  if (extension !== "jsonl") {
    const document = readDocument(bytes);
    return document.ok ? { value: document.value } : { problem: `${path}: ${document.problem}` };
  }
  const records = readJsonLines(bytes);
  return typeof records === "string" ? { problem: `${path}: ${records}` } : { value: records };
}

/** Replaces a `$ref: "#/a/b"` by what it names within the configuration. */
export function resolveReference(value: JsonValue, config: JsonObject): JsonValue {
  const reference = textField(value, "$ref");
  if (reference === undefined || !reference.startsWith("#/")) return value;
  let found: JsonValue | undefined = config;
  for (const step of reference.slice(2).split("/")) found = field(found, step);
  const { $ref: _reference, ...own } = isObject(value) ? value : {};
  return isObject(found) ? { ...found, ...own } : value;
}
