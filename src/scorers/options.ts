import type { JsonObject, JsonValue } from "../domain/json.ts";
import { templateFields } from "../domain/template.ts";
import { scorers } from "./registry.ts";
import type { Scorer } from "./scorer.ts";

/** A mistake in a scorer's options, at a path inside them. */
export interface OptionIssue {
  readonly path: readonly (string | number)[];
  readonly message: string;
  /** Keys that the scorer does not know. */
  readonly unknownKeys: readonly string[];
}

/** Checks options as a suite writes them, templates unrendered: what a template stands for is checked per case. */
export function checkOptions(name: string, options: JsonObject): readonly OptionIssue[] {
  const scorer = onShelf(name);
  const merged = scorer.complete(options);
  const misplaced = scorer
    .misplacedTemplates(options)
    .map(({ path, message }) => ({ path, message, unknownKeys: [] }));
  const parsed = scorer.schema.safeParse(merged);
  if (parsed.success) return misplaced;
  const issues = parsed.error.issues
    .map((issue) => ({
      path: issue.path.filter((step) => typeof step !== "symbol"),
      message: issue.message,
      unknownKeys: issue.code === "unrecognized_keys" ? issue.keys : [],
    }))
    .filter(({ path }) => !holdsTemplate(merged, path));
  return [...misplaced, ...issues];
}

/** The options that a scorer takes, in the order of the docs. Throws for a name that is not on the shelf. */
export function optionNames(name: string): readonly string[] {
  const { schema } = onShelf(name);
  return "shape" in schema && typeof schema.shape === "object" && schema.shape !== null
    ? Object.keys(schema.shape)
    : [];
}

function onShelf(name: string): Scorer {
  const scorer = scorers.get(name);
  if (scorer === undefined) throw new Error(`no scorer is named ${JSON.stringify(name)}`);
  return scorer;
}

function holdsTemplate(options: JsonObject, path: readonly (string | number)[]): boolean {
  let at: JsonValue | undefined = options;
  for (const step of path) {
    if (typeof at !== "object" || at === null) break;
    at = (Object.entries(at).find(([key]) => key === String(step)) ?? [])[1];
  }
  return typeof at === "string" && templateFields(at).length > 0;
}
