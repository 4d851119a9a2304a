import { spawn } from "node:child_process";
import { join } from "node:path";

const main = join(import.meta.dirname, "../../dist/cli/main.js");

/** What a command printed, and how it ended. */
export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Starts the built program in a folder, beside this process, whose servers can thus answer it. */
export function start(
  cwd: string,
  args: readonly string[],
  { env, program = main }: { readonly env?: NodeJS.ProcessEnv; readonly program?: string } = {},
) {
  const child = spawn(process.execPath, [program, ...args], { cwd, env });
  let [stdout, stderr] = ["", ""];
  child.stdout.on("data", (data) => {
    stdout += String(data);
  });
  child.stderr.on("data", (data) => {
    stderr += String(data);
  });
  const ended = new Promise<Ended>((resolve) =>
    child.once("close", (code) => resolve({ code, stdout, stderr })),
  );
  return { child, ended, said: () => stderr };
}
