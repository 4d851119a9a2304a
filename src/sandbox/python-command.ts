import { spawnSync } from "node:child_process";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { builtProgram } from "../domain/built-program.ts";

/** A program and what it is started with. */
export interface Command {
  readonly file: string;
  readonly args: readonly string[];
}

/** Heap of the process that runs Python, MB. */
const HEAP_MB = 256;
/** It ends with the process that started it, however that ends. */
const TIED = ["/usr/bin/setpriv", "--pdeathsig", "KILL", "--no-new-privs"];
const UNSHARE = "/usr/bin/unshare";

/** How the process is started that runs Python: it may read Pyodide and its own program, and nothing else. */
export function pythonCommand(): Command {
  const program = fileURLToPath(builtProgram("sandbox/python-process"));
  const pyodide = dirname(createRequire(import.meta.url).resolve("pyodide"));
  const readable = [dirname(program), pyodide].map((folder) => `--allow-fs-read=${join(folder, "*")}`);
  const permission = process.allowedNodeEnvironmentFlags.has("--permission")
    ? "--permission"
    : "--experimental-permission";
  const flags = [permission, ...readable, "--disallow-code-generation-from-strings", "--no-warnings"];
  const heap = `--max-old-space-size=${HEAP_MB}`;
  const module = pathToFileURL(join(pyodide, "pyodide.mjs")).href;
  const node = [process.execPath, ...flags, heap, program, module];
  const [file = "", ...args] = [...wrapping(), ...node];
  return { file, args };
}

/** Commands that run another one tied to this process and without a network, as far as this machine lets us. */
function wrapping(): readonly string[] {
  const tied = works(TIED) ? TIED : [];
  const ways = [
    [...tied, UNSHARE, "--net", "--"],
    [...tied, UNSHARE, "--map-root-user", "--net", "--"],
  ];
  return ways.find(works) ?? tied;
}

const LONGEST_MS = 5000;

function works([file = "", ...args]: readonly string[]): boolean {
  return spawnSync(file, [...args, "true"], { timeout: LONGEST_MS }).status === 0;
}
