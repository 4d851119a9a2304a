import type { JsonObject, JsonValue } from "../../domain/json.ts";
import { isList } from "../json-shape.ts";
import { extensionOf, fileReference, type PromptfooContext, readNamed } from "./config.ts";
import { render } from "./template.ts";

const MOST_COMBINATIONS = 100_000;
/** Extensions of files whose text is not what is meant. */
const NO_TEXT = new Set([
  "png",
  "jpg",
  "jpeg",
  "gif",
  "webp",
  "svg",
  "pdf",
  "mp3",
  "wav",
  "mp4",
  "mov",
  "xlsx",
]);

/**
 * The variables of a test, files read and variables in variables rendered: one set per combination of the lists
 * among them, as promptfoo asks each. A text is why they cannot be had.
 */
export async function expandVariables(
  variables: JsonObject,
  options: JsonObject,
  context: PromptfooContext,
): Promise<readonly JsonObject[] | string> {
  if (options["transformVars"] !== undefined) return "its variables are changed by code (transformVars)";
  const read: [string, JsonValue][] = [];
  for (const [name, value] of Object.entries(variables)) {
    const found = await readVariable(value, context);
    if ("problem" in found) return found.problem;
    read.push([name, found.value]);
  }
  const spread = options["disableVarExpansion"] === true ? [read] : combinations(read);
  if (spread === undefined) return `its lists of values make more than ${MOST_COMBINATIONS} tests`;
  const rendered: JsonObject[] = [];
  for (const entries of spread) {
    const one = renderVariables(Object.fromEntries(entries));
    if (typeof one === "string") return one;
    rendered.push(one);
  }
  return rendered;
}

async function readVariable(
  value: JsonValue,
  context: PromptfooContext,
): Promise<{ readonly value: JsonValue } | { readonly problem: string }> {
  const reference = fileReference(value);
  if (reference === undefined) return { value };
  if (NO_TEXT.has(extensionOf(reference.path))) return { problem: `${reference.path} is no text` };
  return readNamed(reference.path, context);
}

function combinations(entries: readonly [string, JsonValue][]): readonly [string, JsonValue][][] | undefined {
  let found: [string, JsonValue][][] = [[]];
  for (const [name, value] of entries) {
    const values = isList(value) ? value : [value];
    found = found.flatMap((before) => values.map((one): [string, JsonValue][] => [...before, [name, one]]));
    if (found.length > MOST_COMBINATIONS) return undefined;
  }
  return found;
}

/** Variables may name each other: rendered until nothing changes, a few times at most. */
function renderVariables(variables: JsonObject): JsonObject | string {
  let current = variables;
  for (let turn = 0; turn < 3; turn++) {
    const next: [string, JsonValue][] = [];
    for (const [name, value] of Object.entries(current)) {
      const rendered = typeof value === "string" ? render(value, current) : undefined;
      if (rendered !== undefined && !rendered.ok) return `the variable "${name}": ${rendered.reason}`;
      next.push([name, rendered === undefined ? value : rendered.text]);
    }
    const changed = next.some(([name, value]) => value !== current[name]);
    current = Object.fromEntries(next);
    if (!changed) break;
  }
  return current;
}
