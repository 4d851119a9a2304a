/** What runs code that nobody has vouched for: each needs packages of its own. */
export const SANDBOX_ENGINES = ["javascript", "python", "sql"] as const;
export type SandboxEngine = (typeof SANDBOX_ENGINES)[number];

/** The languages that `unit-tests` runs. */
export const SANDBOX_LANGUAGES = ["javascript", "typescript", "python"] as const;
export type SandboxLanguage = (typeof SANDBOX_LANGUAGES)[number];

/** What code may use; it is killed at the first limit that it reaches. */
export interface SandboxLimits {
  /** For everything that one answer does, ms; starting the sandbox is not counted. */
  readonly timeoutMs: number;
  readonly memoryMb: number;
  /** What it may print, characters. */
  readonly outputCharacters: number;
}

/** Code and the tests that judge it. */
export interface Trial {
  readonly language: SandboxLanguage;
  /** Runs before the code, in the same scope. */
  readonly setup: string;
  readonly code: string;
  /** Each holds one test, or several that it names. */
  readonly tests: readonly string[];
  /** The name that the code must define; the tests know it as `candidate` too. */
  readonly entryPoint: string | undefined;
  readonly limits: SandboxLimits;
}

/** One test and how it ended. */
export interface TestResult {
  readonly name: string;
  /** Why it failed; `undefined` where it passed. */
  readonly failure: string | undefined;
}

/** How a trial ended. The first two speak of the code; the others leave it unjudged. */
export type TrialResult =
  | { readonly kind: "tested"; readonly tests: readonly TestResult[] }
  /** The code does not load: a syntax error, a throw, a limit, or the entry point is missing. */
  | { readonly kind: "broken"; readonly reason: string }
  /** The tests hold no test, or do not parse. */
  | { readonly kind: "no-tests"; readonly reason: string }
  /** The sandbox itself failed. */
  | { readonly kind: "failed"; readonly reason: string };

/** A value of a database; a blob is the hexadecimal text of its bytes. */
export type SqlValue = number | string | null | { readonly blob: string };

/** Rows of a query, in its order. */
export interface SqlTable {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly SqlValue[])[];
}

/** What a database is made of. */
export interface SqlLoad {
  readonly schema: string;
  /** By table. */
  readonly rows: {
    readonly [table: string]: readonly { readonly [column: string]: string | number | boolean | null }[];
  };
}

/** SQL that runs on a database of its own. */
export interface SqlQuery {
  readonly load: SqlLoad;
  readonly query: string;
  /** Asked after `query` in its place, for statements that change data. */
  readonly inspect: string | undefined;
  readonly limits: SandboxLimits;
}

/** How a query ended. `failed` leaves it unjudged. */
export type SqlResult =
  | { readonly kind: "table"; readonly table: SqlTable }
  /** The query fails, or reached a limit. */
  | { readonly kind: "refused"; readonly reason: string }
  /** The statements that make the database fail. */
  | { readonly kind: "bad-schema"; readonly reason: string }
  | { readonly kind: "failed"; readonly reason: string };

/** Runs model-written code where it reaches nothing and is killed at its limits. Never throws for what code does. A resource: close it. */
export interface Sandbox {
  test(trial: Trial, signal: AbortSignal): Promise<TrialResult>;
  query(query: SqlQuery, signal: AbortSignal): Promise<SqlResult>;
  close(): Promise<void>;
}
