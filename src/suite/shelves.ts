import type { z } from "zod";
import type { JsonObject } from "../domain/json.ts";
import type { BackendCapabilities } from "../domain/ports.ts";

/** What the suite reader needs to know of a backend. */
export interface BackendShelfItem {
  readonly name: string;
  readonly summary?: string;
  readonly capabilities: BackendCapabilities;
  /** Its own keys of a model, snake_case, as an object schema. */
  readonly options: z.ZodObject;
}

/** A mistake in a scorer's options, at a path inside them. */
export interface OptionIssue {
  readonly path: readonly (string | number)[];
  readonly message: string;
  /** Keys that the scorer does not know. */
  readonly unknownKeys: readonly string[];
}

/** What the suite reader needs to know of a scorer. */
export interface ScorerShelfItem {
  readonly name: string;
  readonly summary?: string;
  /** The options that it takes. */
  readonly optionNames: readonly string[];
  /** What is wrong with options as a suite writes them, templates unrendered. */
  checkOptions(options: JsonObject): readonly OptionIssue[];
}

/** Everything a suite can name, handed in by the caller. */
export interface Shelves {
  readonly backends: readonly BackendShelfItem[];
  readonly scorers: readonly ScorerShelfItem[];
}
