import { spawn } from "node:child_process";
import { once } from "node:events";
import {
  createWriteStream,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const CASES = 1_000_000;
const SAMPLE_MS = 100;
const MB = 1024;

/** What a dataset of a million cases takes: checked, asked in a part of it, and asked whole. */
export async function memory(): Promise<readonly string[]> {
  const folder = mkdtempSync(join(tmpdir(), "evals-memory-"));
  try {
    await writeCases(join(folder, "cases.jsonl"));
    writeFileSync(
      join(folder, "suite.yaml"),
      `name: memory
models:
  m: { backend: simulated, model: m, accuracy: 0.9 }
tasks:
  t: { dataset: cases.jsonl, prompt: "{{ q }}", scorers: [{ exact: { expected: "{{ expected }}" } }] }
`,
    );
    const check = await watched(["validate", "suite.yaml"], folder);
    const part = await watched(["run", "suite.yaml", "--limit", "100", "--out", "part"], folder);
    const whole = await watched(["run", "suite.yaml", "--out", "whole"], folder);
    const [early, late] = [0.1, 1].map((share) => whole.residentAt(share));
    return [
      `${CASES} cases are checked in ${words(check)}`,
      `100 of them are asked, by --limit, in ${words(part)} (aim: seconds, at most 200 MB)`,
      `all of them are asked in ${words(whole)}`,
      `while they are asked: ${early} MB at a tenth of the answers, ${late} MB at the last (aim: flat, at most 250 MB)`,
    ];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function writeCases(file: string): Promise<void> {
  const stream = createWriteStream(file);
  for (let at = 0; at < CASES; at += 1) {
    const sum = at + (at % 97);
    const one = { id: `case-${at}`, q: `What is ${at} + ${at % 97}?`, expected: String(sum), tags: ["sum"] };
    if (!stream.write(`${JSON.stringify(one)}\n`)) await once(stream, "drain");
  }
  stream.end();
  await once(stream, "close");
}

interface Watched {
  readonly seconds: number;
  readonly peakMb: number;
  /** Resident memory when the journal had this share of its final bytes, MB. */
  residentAt(share: number): number;
}

function words({ seconds, peakMb }: Watched): string {
  return `${seconds.toFixed(1)} s, ${peakMb} MB at most`;
}

/** Runs a command, and reads its resident memory from Linux's /proc as it goes. */
async function watched(args: readonly string[], cwd: string): Promise<Watched> {
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

function journalBytes(out: string): number {
  try {
    const runs = join(out, "memory");
    const [id = ""] = readdirSync(runs);
    return statSync(join(runs, id, "samples.jsonl")).size;
  } catch {
    return 0;
  }
}
