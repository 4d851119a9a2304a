import type { ExitCode } from "./exit-code.ts";
import type { Io } from "./io.ts";

/** A flag of a command. */
export interface Flag {
  readonly type: "string" | "boolean";
  readonly multiple?: boolean;
  readonly short?: string;
  /** Placeholder of the value in the help: `N`, `DIR`. */
  readonly value?: string;
  readonly help: string;
}

/** The values of the flags as they were typed: checked by the command. */
export interface FlagValues {
  readonly [flag: string]: string | boolean | readonly (string | boolean)[] | undefined;
}

/** What a command is called with. */
export interface Invocation {
  readonly positionals: readonly string[];
  readonly flags: FlagValues;
  readonly io: Io;
}

/** One command of the program. */
export interface Command {
  readonly name: string;
  /** `SUITE`, `RUN [RUN2]`: after the name in the usage line. */
  readonly arguments: string;
  readonly positionals: { readonly min: number; readonly max: number };
  readonly summary: string;
  readonly flags: { readonly [flag: string]: Flag };
  readonly examples: readonly string[];
  run(invocation: Invocation): Promise<ExitCode>;
}

/** On every command. */
export const COMMON_FLAGS: { readonly [flag: string]: Flag } = {
  json: { type: "boolean", help: "One JSON document on stdout and nothing else there" },
  "no-code": { type: "boolean", help: "Run no code of a suite: modules and the sandbox are refused" },
  help: { type: "boolean", short: "h", help: "Show this help" },
};

/** A mistake on the command line: exit 2, with the usage. */
export class UsageError extends Error {
  readonly hint: string | undefined;
  constructor(message: string, hint?: string) {
    super(message);
    this.name = "UsageError";
    this.hint = hint;
  }
}
