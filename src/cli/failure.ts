import { Refusal } from "../domain/ports.ts";
import { type Command, UsageError } from "./command.ts";
import { EXIT, type ExitCode } from "./exit-code.ts";
import type { Io } from "./io.ts";

/** Turns what a command threw into words and an exit code. A stack is shown for a bug alone. */
export function explainFailure(error: unknown, command: Command, json: boolean, io: Io): ExitCode {
  if (error instanceof UsageError) {
    say(io, json, "E1002", error.message, error.hint ?? `evals ${command.name} --help tells how.`);
    return EXIT.invalid;
  }
  if (error instanceof Refusal) {
    say(io, json, error.code, error.message, error.hint);
    return EXIT.environment;
  }
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  say(
    io,
    json,
    "E5000",
    `a bug in evals: ${text}`,
    "What was answered is in the journal; please report this.",
  );
  return EXIT.bug;
}

function say(io: Io, json: boolean, code: string, message: string, hint: string): void {
  if (json) io.out(`${JSON.stringify({ schema: 1, error: { code, message, hint } })}\n`);
  io.err(`error[${code}]: ${message}\n  ${hint}\n`);
}
