import type { JsonObject, JsonValue } from "../domain/json.ts";

/** A file of the imported suite's folder. */
export interface ImportedFile {
  /** Relative to the folder of the suite: `cases.jsonl`. */
  readonly path: string;
  readonly text: string;
}

/** Something that the person who imports must know. */
export interface ImportNote {
  /**
   * `left-out`: not in the suite. `changed`: in it, but not the same. `review`: theirs to read or to decide.
   * `unneeded`: not in the suite, and nothing lost by it.
   */
  readonly kind: "left-out" | "changed" | "review" | "unneeded";
  /** Where in the source: `test 3`, `providers[1]`. */
  readonly where: string;
  /** What, and why. */
  readonly what: string;
}

/** A suite made of another tool's file. */
export interface ImportedSuite {
  /** What the file was taken for, in words: `promptfoo configuration`. */
  readonly detected: string;
  readonly suite: JsonObject;
  /** Comment lines at the end of the suite file. */
  readonly remarks: readonly string[];
  readonly files: readonly ImportedFile[];
  readonly notes: readonly ImportNote[];
}

/** Nothing could be imported, and why. */
export interface ImportFailure {
  readonly message: string;
  readonly hint: string;
  /** What was found on the way. */
  readonly notes: readonly ImportNote[];
}

export type ImportResult =
  | { readonly ok: true; readonly imported: ImportedSuite }
  | { readonly ok: false; readonly failure: ImportFailure };

/** An answer to a case with these fields. */
export interface ScoredAnswer {
  readonly answer: string;
  readonly fields: JsonObject;
}

/** A file to import, and the door to the files that it names. */
export interface ImportSource {
  /** Absolute path. */
  readonly file: string;
  readonly bytes: Uint8Array;
  /** A file that the source names, relative to it; `undefined` where it cannot be read. */
  read(path: string): Promise<Uint8Array | undefined>;
  /** The files that match a pattern with `*` and `**`, relative to the source, sorted. */
  match(pattern: string): Promise<readonly string[]>;
  /** The same path as the suite's folder sees it. */
  fromSuite(path: string): string;
  /** Why a scorer cannot take these options, or `undefined`. */
  refuses(scorer: string, options: JsonObject): string | undefined;
  /** What a scorer with these options gives an answer; `undefined` is unscored. Runs no code and asks no model. */
  scores(scorer: string, options: JsonObject, given: ScoredAnswer): Promise<number | undefined>;
}

/** A format that `evals import` reads. */
export interface Importer {
  readonly name: string;
  readonly summary: string;
  /** Whether a file is of this format, by its name and what it holds. */
  recognises(source: ImportSource): boolean;
  /** One suite of one file or of several of this format. */
  import(sources: readonly [ImportSource, ...ImportSource[]]): Promise<ImportResult>;
}

/** A record of a JSONL file. */
export function jsonLines(records: readonly JsonValue[]): string {
  return records.map((record) => `${JSON.stringify(record)}\n`).join("");
}
