import { existsSync, realpathSync } from "node:fs";
import { delimiter, dirname, join, relative } from "node:path";
import { COMMANDS } from "./commands.ts";

/** How a process was started, as far as its name goes. */
export interface Started {
  readonly variables: { readonly [name: string]: string | undefined };
  /** The file that Node runs. */
  readonly script: string;
  readonly cwd: string;
}

const NAME = "evals";

/**
 * What a person here types to start this program again: what npm started goes by `npx evals`; else `evals` where the
 * shell finds it, `npx evals` where npm would, or the file itself.
 */
export function programName({ variables, script, cwd }: Started): string {
  if (variables["npm_lifecycle_event"] || variables["npm_command"]) return `npx ${NAME}`;
  const path = (variables["PATH"] ?? variables["Path"] ?? "").split(delimiter);
  if (path.some((folder) => folder !== "" && isIn(folder))) return NAME;
  if (isInstalledAt(cwd, script)) return `npx ${NAME}`;
  const file = relative(cwd, script);
  return `node ${quoted(file.startsWith("..") ? script : file)}`;
}

function isIn(folder: string): boolean {
  return existsSync(join(folder, NAME)) || existsSync(join(folder, `${NAME}.cmd`));
}

/** Whether npm finds the program from a folder: installed there or above it, or as the package that it stands in. */
function isInstalledAt(folder: string, script: string): boolean {
  if (isIn(join(folder, "node_modules", ".bin"))) return true;
  if (existsSync(join(folder, "package.json"))) return isOwnPackage(folder, script);
  return dirname(folder) !== folder && isInstalledAt(dirname(folder), script);
}

function isOwnPackage(folder: string, script: string): boolean {
  const own = join(folder, "dist/cli/main.js");
  return existsSync(own) && realpathSync(own) === realpathSync(script);
}

const PLAIN = /^[\p{L}\p{N}_./:\\@%+=-]+$/u;

function quoted(file: string): string {
  return PLAIN.test(file) ? file : `'${file.replaceAll("'", String.raw`'\''`)}'`;
}

const NAMES = COMMANDS.map(({ name }) => name).join("|");
// A path or a word that ends in the name is not the program; neither is one that says npx already.
const COMMAND = new RegExp(`(?<![\\w/.@-]|npx )${NAME}(?= (?:(?:${NAMES})\\b|--?\\w|COMMAND))`, "g");
/** A line of a file that is shown, or the caret below it. */
const QUOTED_LINE = /^ *\d* \| /;

/** Our words with every command in them as it is typed here. What is shown of a file stays as it is. */
export function pasteable(words: string, program: string): string {
  if (program === NAME) return words;
  return words
    .split("\n")
    .map((line) => (QUOTED_LINE.test(line) ? line : line.replace(COMMAND, () => program)))
    .join("\n");
}
