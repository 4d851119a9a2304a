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

/** What the suite reader needs to know of a scorer. */
export interface ScorerShelfItem {
  readonly name: string;
  readonly summary?: string;
  /** The options after rendering. */
  readonly schema: z.ZodType;
  /** Options that hold where the suite says nothing; may be templates. */
  readonly defaults: JsonObject;
}

/** Everything a suite can name, handed in by the caller. */
export interface Shelves {
  readonly backends: readonly BackendShelfItem[];
  readonly scorers: readonly ScorerShelfItem[];
}
