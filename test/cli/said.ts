import type { Io } from "../../src/cli/io.ts";
import { evals } from "../../src/cli/program.ts";
import { start } from "./start.ts";

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
    program: "evals",
    cwd,
    variables,
    isTty: false,
    color: false,
    columns: 80,
  };
  return { code: await evals(args, io), stdout, stderr };
}

/** One command as a process of its own, as it is built: servers of this process can answer it. */
export async function program(
  args: readonly string[],
  { cwd, variables = {} }: { readonly cwd: string; readonly variables?: Io["variables"] },
): Promise<Said> {
  const env = { PATH: process.env["PATH"], CI: "1", npm_lifecycle_event: "npx", ...variables };
  const { code, ...said } = await start(cwd, args, { env }).ended;
  return { code: code ?? -1, ...said };
}
