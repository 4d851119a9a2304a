import { parseArgs } from "node:util";
import { jsonText } from "../reports/safe-text.ts";
import { COMMON_FLAGS, type Command, type FlagValues, UsageError } from "./command.ts";
import { COMMANDS } from "./commands.ts";
import { EXIT, type ExitCode } from "./exit-code.ts";
import { commandHelp, programHelp } from "./help.ts";
import type { Io } from "./io.ts";
import { pasteable } from "./program-name.ts";
import { safe } from "./safe-text.ts";

/** The whole program: arguments in, exit code out. The one place that catches everything. */
export async function evals(argv: readonly string[], io: Io): Promise<ExitCode> {
  const [name, ...rest] = argv;
  if (name === undefined || name === "--help" || name === "-h" || name === "help") {
    io.out(pasteable(programHelp(), io.program));
    return name === undefined ? EXIT.invalid : EXIT.ok;
  }
  if (name === "--version" || name === "-v") {
    const { version } = await import("./version.ts");
    io.out(`${version()}\n`);
    return EXIT.ok;
  }
  const entry = COMMANDS.find((command) => command.name === name);
  if (entry === undefined) {
    const { nearest } = await import("../domain/nearest.ts");
    const near = nearest(
      name,
      COMMANDS.map((command) => command.name),
    );
    const message = `there is no command "${name}"`;
    const hint = near === undefined ? "evals --help lists the commands." : `Did you mean "${near}"?`;
    const error = { code: "E1001", message, hint };
    if (rest.includes("--json")) io.out(jsonText(`${JSON.stringify({ schema: 1, error })}\n`));
    io.err(`error[${error.code}]: ${safe(message)}\n  ${hint}\n`);
    return EXIT.invalid;
  }
  return runCommand(await entry.load(), rest, io);
}

async function runCommand(command: Command, argv: readonly string[], given: Io): Promise<ExitCode> {
  // Whatever a command's document quotes, the log that it is printed to may be read by a CI runner.
  const io = argv.includes("--json") ? { ...given, out: (text: string) => given.out(jsonText(text)) } : given;
  try {
    const { values, positionals } = await parse(command, argv);
    if (values["help"] === true) {
      io.out(pasteable(commandHelp(command), io.program));
      return EXIT.ok;
    }
    const { min, max } = command.positionals;
    if (positionals.length < min) throw new UsageError(`evals ${command.name} needs ${command.arguments}`);
    if (positionals.length > max)
      throw new UsageError(
        `evals ${command.name} takes ${command.arguments || "no arguments"}: "${positionals[max]}" is one too many`,
      );
    return await command.run({
      positionals,
      flags: values,
      io: values["no-code"] === true ? codeless(io) : io,
    });
  } catch (error) {
    const { explainFailure } = await import("./failure.ts");
    return explainFailure(error, command, argv.includes("--json"), io);
  }
}

/** The same door, for a user who lets no code of a suite run. */
function codeless(io: Io): Io {
  return { ...io, variables: { ...io.variables, EVALS_NO_CODE: "1" } };
}

async function parse(
  command: Command,
  argv: readonly string[],
): Promise<{ values: FlagValues; positionals: string[] }> {
  const flags = { ...command.flags, ...COMMON_FLAGS };
  const options = Object.fromEntries(
    Object.entries(flags).map(([name, { type, short, multiple }]) => [
      name,
      { type, ...(short === undefined ? {} : { short }), ...(multiple === undefined ? {} : { multiple }) },
    ]),
  );
  try {
    return parseArgs({ args: [...argv], options, allowPositionals: true, strict: true });
  } catch (error) {
    const message = error instanceof Error ? firstSentence(error.message) : String(error);
    const { nearest } = await import("../domain/nearest.ts");
    const [, misspelt] = /^Unknown option '--([^']+)'/.exec(message) ?? [];
    const near = misspelt === undefined ? undefined : nearest(misspelt, Object.keys(flags));
    throw new UsageError(message, near === undefined ? undefined : `Did you mean --${near}?`);
  }
}

function firstSentence(text: string): string {
  return text.split(". ")[0] ?? text;
}
