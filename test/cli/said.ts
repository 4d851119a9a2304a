import { spawn } from "node:child_process";
import { join } from "node:path";
import type { Io } from "../../src/cli/io.ts";
import { evals } from "../../src/cli/program.ts";

/** What a command said, and how it ended. */
export interface Said {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** One command in this process, on real files and real sockets: quicker than a process of its own. */
export async function command(
  args: readonly string[],
  { cwd, variables = {} }: { readonly cwd: string; readonly variables?: Io["variables"] },
): Promise<Said> {
  let [stdout, stderr] = ["", ""];
  const io: Io = {
    out: (text) => {
      stdout += text;
    },
    err: (text) => {
      stderr += text;
    },
    cwd,
    variables,
    isTty: false,
    color: false,
    columns: 80,
  };
  return { code: await evals(args, io), stdout, stderr };
}

const main = join(import.meta.dirname, "../../dist/cli/main.js");

/** One command as a process of its own, as it is built: servers of this process can answer it. */
export function program(
  args: readonly string[],
  { cwd, variables = {} }: { readonly cwd: string; readonly variables?: Io["variables"] },
): Promise<Said> {
  const env = { PATH: process.env["PATH"], CI: "1", ...variables };
  const child = spawn(process.execPath, [main, ...args], { cwd, env });
  let [stdout, stderr] = ["", ""];
  child.stdout.on("data", (data) => {
    stdout += String(data);
  });
  child.stderr.on("data", (data) => {
    stderr += String(data);
  });
  return new Promise((resolve) =>
    child.once("close", (code) => resolve({ code: code ?? -1, stdout, stderr })),
  );
}
