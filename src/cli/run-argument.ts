import { isAbsolute, join, relative } from "node:path";
import { WIDTH, wrapped } from "../reports/terminal-text.ts";
import { RESULTS } from "./results-folder.ts";

/** A run as a command line names it: by its id where commands look for it unasked, else by its folder. */
export function runArgument({ id, directory }: NamedRun, cwd: string): string {
  const inside = relative(join(cwd, RESULTS), directory);
  if (!inside.startsWith("..") && !isAbsolute(inside)) return id;
  const folder = relative(cwd, directory);
  return PLAIN.test(folder) ? folder : `'${folder.replaceAll("'", String.raw`'\''`)}'`;
}

/** A run and where it lies. */
export interface NamedRun {
  readonly id: string;
  readonly directory: string;
}

/** What no shell changes. */
const PLAIN = /^[\p{L}\p{N}_./:\\@%+=-]+$/u;

/** Words and the command that they lead to: on a line of its own where one line would be too long. */
export function leadingTo(words: string, command: string): string {
  const line = `${words} ${command}`;
  return line.length + "npx ".length <= WIDTH ? line : `${wrapped(words)}\n  ${command}`;
}
