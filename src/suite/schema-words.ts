import type { Path } from "./source.ts";
import { valueAt } from "./value-at.ts";

/**
 * What the JSON Schema of a suite says of the part at a path, or else of what that stands in: the sentence that the
 * reference page has, without its Markdown.
 */
export function descriptionAt(schema: object, data: unknown, path: Path): string | undefined {
  let found: string | undefined;
  let node: unknown = schema;
  for (const [at, step] of path.entries()) {
    node = inner(node, step, valueAt(data, path.slice(0, at)));
    const text = valueAt(node, ["description"]);
    // The words for a whole part ("The models, each under its name") do not help with one item of it.
    if (typeof text === "string" && at > 0) found = text;
  }
  return found?.replaceAll("`", "").replace(/ \(below\)|\[([^\]]*)\]\([^)]*\)/g, "$1");
}

/** The schema of a key or an item; of several forms, the one of the same backend, else the first that knows the step. */
function inner(node: unknown, step: string | number, owner: unknown): unknown {
  const own = typeof step === "number" ? valueAt(node, ["items"]) : keySchema(node, step);
  if (own !== undefined) return own;
  const forms = [...formsOf(node, "anyOf"), ...formsOf(node, "oneOf")];
  const backend = valueAt(owner, ["backend"]);
  const same = forms.filter((form) => valueAt(form, ["properties", "backend", "const"]) === backend);
  for (const form of [...same, ...forms]) {
    const there = inner(form, step, owner);
    if (there !== undefined) return there;
  }
  return undefined;
}

function keySchema(node: unknown, step: string): unknown {
  const named = valueAt(node, ["properties", step]);
  if (named !== undefined) return named;
  const others = valueAt(node, ["additionalProperties"]);
  return typeof others === "object" ? others : undefined;
}

function formsOf(node: unknown, key: string): readonly unknown[] {
  const forms = valueAt(node, [key]);
  return Array.isArray(forms) ? forms : [];
}
