import { Refusal } from "../domain/ports.ts";
import { type Command, UsageError } from "./command.ts";
import { EXIT, type ExitCode, exitOfCode } from "./exit-code.ts";
import { explainHint } from "./explain-hint.ts";
import type { Io } from "./io.ts";
import { safe } from "./safe-text.ts";

/** What is left to say of a bug. */
export const REPORT_BUG = "What was answered is in the journal; please report this.";

const SECRET_NAME = /key|token|secret|pass|auth|credential/i;
const SHORTEST_SECRET = 8;

/** What a bug is, with its stack, and without the value of any variable that is named as a secret. */
export function bugText(error: unknown, variables: Io["variables"]): string {
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  // As a key is used: a line break behind it, as a mounted file leaves one, is no part of it.
  const secrets = Object.entries(variables).flatMap(([name, value = ""]) =>
    SECRET_NAME.test(name) && value.trim().length >= SHORTEST_SECRET ? [value.trim()] : [],
  );
  return `a bug in evals: ${safe(secrets.reduce((left, value) => left.replaceAll(value, "[redacted]"), text))}`;
}

/** Turns what a command threw into words and an exit code. A stack is shown for a bug alone. */
export function explainFailure(error: unknown, command: Command, json: boolean, io: Io): ExitCode {
  if (error instanceof UsageError) {
    say(io, json, "E1002", error.message, error.hint ?? `evals ${command.name} --help tells how.`);
    return EXIT.invalid;
  }
  if (error instanceof Refusal) {
    say(io, json, error.code, error.message, error.hint);
    if (!json) io.err(explainHint([error], io));
    return exitOfCode(error.code);
  }
  say(io, json, "E5000", bugText(error, io.variables), REPORT_BUG);
  return EXIT.bug;
}

function say(io: Io, json: boolean, code: string, message: string, hint: string): void {
  if (json) io.out(`${JSON.stringify({ schema: 1, error: { code, message, hint } })}\n`);
  io.err(`error[${code}]: ${safe(message)}\n  ${safe(hint)}\n`);
}
