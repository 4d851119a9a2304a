/** Where something stands in a file: 1-based line and column, end exclusive. */
export interface Place {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly endLine: number;
  readonly endColumn: number;
}

/** A mistake of an author (suite, dataset, flag), with its place: found before any call is made. */
export interface Fault {
  /** Stable code, `E1xxx` for suites and datasets, `E2xxx` for the environment, `E3xxx` for storage. */
  readonly code: string;
  /** What is wrong, in the user's words: the first line of the message. */
  readonly message: string;
  readonly place: Place | undefined;
  /** The line of the file at `place`, for the caret; without its line break. */
  readonly source: string | undefined;
  /** Short text behind the caret: `did you mean "scorers"?`. */
  readonly label: string | undefined;
  /** What to do, or what was expected: one or two sentences. */
  readonly hint: string | undefined;
  /** So many faults that are not listed, where it stands for them: absent for one fault. */
  readonly count?: number;
}

/** A value, or every fault that kept it from being made. */
export type Result<T> =
  | { readonly ok: true; readonly value: T; readonly warnings?: readonly Fault[] }
  | { readonly ok: false; readonly faults: readonly Fault[] };
