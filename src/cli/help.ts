import { wrapped } from "../reports/terminal-text.ts";
import { COMMON_FLAGS, type Command, type Flag } from "./command.ts";
import { COMMANDS } from "./commands.ts";

/** `evals --help`. */
export function programHelp(): string {
  const width = Math.max(...COMMANDS.map(({ name }) => name.length)) + 2;
  const rows = COMMANDS.map(({ name, summary }) => wrapped(`  ${name.padEnd(width)}${summary}`, 2 + width));
  return [
    "evals: is it safe to swap model A for model B?",
    "",
    "Usage: evals COMMAND [ARGUMENTS] [FLAGS]",
    "",
    ...rows,
    "",
    "evals COMMAND --help tells more. A RUN is a folder, a run id, or latest.",
    "",
    "Exit codes: 0 all measured (gate: all rules held), 1 unsafe, 2 bad input,",
    "3 not decided, 4 environment unusable, 5 a bug in evals, 130/143 interrupted.",
    "",
  ].join("\n");
}

/** `evals COMMAND --help`. */
export function commandHelp(command: Command): string {
  const flags = Object.entries({ ...command.flags, ...COMMON_FLAGS }).map(([name, flag]) => ({
    left: flagUsage(name, flag),
    right: flag.help,
  }));
  const width = Math.max(...flags.map(({ left }) => left.length)) + 2;
  return [
    `${command.summary}.`,
    "",
    `Usage: evals ${command.name} ${command.arguments} [FLAGS]`,
    "",
    ...flags.map(({ left, right }) => wrapped(`  ${left.padEnd(width)}${right}`, 2 + width)),
    "",
    "Examples:",
    ...command.examples.map((example) => `  ${example}`),
    "",
  ].join("\n");
}

function flagUsage(name: string, flag: Flag): string {
  const short = flag.short === undefined ? "" : `-${flag.short}, `;
  const value = flag.type === "string" ? ` ${flag.value ?? "TEXT"}` : "";
  return `${short}--${name}${value}`;
}
