import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";

/** What a process took, from its start to its exit. */
export interface Measured {
  readonly ms: number;
  /** Processor time of all its threads. */
  readonly cpuMs: number;
  /** Largest resident set. */
  readonly megabytes: number;
  /** What the program itself calls its median latency, if it does: the bare loop. */
  readonly ownP50?: number;
}

const REPORT = `process.on("exit", () => { const { user, system } = process.cpuUsage(); process.send({ cpuMs: (user + system) / 1000, megabytes: process.resourceUsage().maxRSS / 1024 }); })`;

/** Runs a Node program to its end. Throws where it does not exit 0. */
export async function measured(program: string, args: readonly string[]): Promise<Measured> {
  const start = performance.now();
  const child = spawn(
    process.execPath,
    ["--import", `data:text/javascript,${encodeURIComponent(REPORT)}`, program, ...args],
    { stdio: ["ignore", "ignore", "inherit", "ipc"] },
  );
  let told: Omit<Measured, "ms"> = { cpuMs: Number.NaN, megabytes: Number.NaN };
  child.on("message", (value: Partial<Measured>) => {
    told = { ...told, ...value };
  });
  const [code] = await once(child, "exit");
  if (code !== 0) throw new Error(`${program} ${args[0]} ended with exit code ${code}`);
  return { ...told, ms: performance.now() - start };
}

/** `evals`, as it was built. */
export const EVALS = join(import.meta.dirname, "..", "..", "dist", "cli", "main.js");
