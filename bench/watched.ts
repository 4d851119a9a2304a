import { spawn } from "node:child_process";
import { once } from "node:events";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";

const SAMPLE_MS = 100;
const MB = 1024;

/** A command, as it was seen from outside. */
export interface Watched {
  readonly seconds: number;
  readonly peakMb: number;
  /** Resident memory when the journal had this share of its final bytes, MB. */
  residentAt(share: number): number;
}

/** Runs a command that ends with 0, and reads its resident memory from Linux's /proc as it goes. */
export async function watched(args: readonly string[], cwd: string): Promise<Watched> {
  const main = join(process.cwd(), "dist/cli/main.js");
  const started = performance.now();
  const child = spawn(process.execPath, [main, ...args], { cwd, stdio: "ignore" });
  const samples: { readonly residentMb: number; readonly journalBytes: number }[] = [];
  let peakMb = 0;
  const timer = setInterval(() => {
    const status = statusOf(child.pid);
    if (status === undefined) return;
    peakMb = Math.max(peakMb, status.peakMb);
    samples.push({ residentMb: status.residentMb, journalBytes: journalBytes(join(cwd, args.at(-1) ?? "")) });
  }, SAMPLE_MS);
  const [code] = await once(child, "exit");
  clearInterval(timer);
  if (code !== 0) throw new Error(`evals ${args.join(" ")} ended with ${code}`);
  const last = samples.at(-1)?.journalBytes ?? 0;
  return {
    seconds: (performance.now() - started) / 1000,
    peakMb,
    residentAt: (share) =>
      samples.find(({ journalBytes: bytes }) => bytes >= share * last && bytes > 0)?.residentMb ?? 0,
  };
}

function statusOf(pid: number | undefined): { residentMb: number; peakMb: number } | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/status`, "utf8");
    const of = (name: string) => Math.round(Number(new RegExp(`${name}:\\s+(\\d+)`).exec(text)?.[1]) / MB);
    const found = { residentMb: of("VmRSS"), peakMb: of("VmHWM") };
    // A process that has just ended has no memory.
    return Number.isNaN(found.peakMb) ? undefined : found;
  } catch {
    return undefined;
  }
}

/** Of the newest run in a results folder. */
function journalBytes(out: string): number {
  try {
    const [suite = ""] = readdirSync(out).filter((name) => !name.startsWith("."));
    const id = readdirSync(join(out, suite)).toSorted().at(-1) ?? "";
    return statSync(join(out, suite, id, "samples.jsonl")).size;
  } catch {
    return 0;
  }
}
