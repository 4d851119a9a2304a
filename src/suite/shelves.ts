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

/** A judge that a scorer's options name. */
export interface NamedJudge {
  readonly path: readonly (string | number)[];
  readonly judge: string;
  /** `embedding`: it is asked for the embedding of a text; every other form is a verdict. */
  readonly form: string;
}

/** What the suite reader needs to know of a scorer. */
export interface ScorerShelfItem {
  readonly name: string;
  readonly summary?: string;
  /** The options that it takes. */
  readonly optionNames: readonly string[];
  /** What is wrong with options as a suite writes them, templates unrendered. */
  checkOptions(options: JsonObject): readonly OptionIssue[];
  /** The judges that it asks with these options, and where they are named. */
  judges(options: JsonObject): readonly NamedJudge[];
  /** Whether it reads labels from answers. */
  readonly readsLabels: boolean;
  /** Whether it needs the baseline's answers with these options. */
  comparesBaseline(options: JsonObject): boolean;
}

/** What a workflow with given options will ask. */
export interface WorkflowNeeds {
  /** Most calls that one sample can take. */
  readonly mostCalls: number;
  /** The other models that it asks: the option that names each. */
  readonly others: readonly { readonly option: string; readonly model: string }[];
  /** Asks the same prompt several times and needs different answers. */
  readonly resamples: boolean;
  /** Fields of the case that its prompts read. */
  readonly fields: readonly string[];
  /** Tools that it has results for; `undefined` where it takes no notice of tools. */
  readonly tools?: readonly string[];
  /** How often the words of its options can stand in one prompt: 1 unless it says more. */
  readonly copies?: number;
  /** Bytes of the longest prompt that it may send besides the task's own, where its options do not tell. */
  readonly longestPrompt?: number;
}

/** What the suite reader needs to know of a workflow. */
export interface WorkflowShelfItem {
  readonly name: string;
  readonly summary: string;
  /** Its options, snake_case, as an object schema. */
  readonly options: z.ZodObject;
  /** What it will ask with these options, which fit its schema. */
  needs(options: JsonObject): WorkflowNeeds;
}

/** Everything a suite can name, handed in by the caller. */
export interface Shelves {
  readonly backends: readonly BackendShelfItem[];
  readonly scorers: readonly ScorerShelfItem[];
  readonly workflows: readonly WorkflowShelfItem[];
}
