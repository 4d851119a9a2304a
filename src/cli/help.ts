import { COMMON_FLAGS, type Command, type Flag } from "./command.ts";
import { COMMANDS } from "./commands.ts";

/** `evals --help`. */
export function programHelp(): string {
  const width = Math.max(...COMMANDS.map(({ name }) => name.length)) + 2;
  const rows = COMMANDS.map(({ name, summary }) => `  ${name.padEnd(width)}${summary}`);
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
    ...flags.map(({ left, right }) => hanging(`  ${left.padEnd(width)}`, right)),
    "",
    "Examples:",
    ...command.examples.map((example) => `  ${example}`),
    "",
  ].join("\n");
}

const WIDTH = 80;

/** A text beside its flag, its later lines below the first. */
function hanging(left: string, text: string): string {
  const lines: string[] = [];
  let line = left;
  for (const word of text.split(" ")) {
    const isFirst = line.trim() === "" || line === left;
    if (!isFirst && line.length + 1 + word.length > WIDTH) {
      lines.push(line);
      line = `${" ".repeat(left.length)}${word}`;
    } else line += isFirst ? word : ` ${word}`;
  }
  return [...lines, line].join("\n");
}

function flagUsage(name: string, flag: Flag): string {
  const short = flag.short === undefined ? "" : `-${flag.short}, `;
  const value = flag.type === "string" ? ` ${flag.value ?? "TEXT"}` : "";
  return `${short}--${name}${value}`;
}
