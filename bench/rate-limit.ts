import { type ChildProcess, fork, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { median } from "./median.ts";

const CASES = 500;
const MODELS = 3;
const PER_MINUTE = 3000;
const LATENCY_MS = 50;
const ROUNDS = 3;

interface Counts {
  readonly sent: number;
  readonly refused: number;
  readonly lastMs: number;
}

interface Way {
  readonly name: string;
  /** Permits that each model has at the start, on top of those of the minute. */
  readonly burst: number;
  readonly tells: boolean;
  readonly settings: string;
}

const WAYS: readonly Way[] = [
  { name: "rpm: 3000 in the suite", burst: 10, tells: false, settings: `, rpm: ${PER_MINUTE}` },
  { name: "told by headers alone", burst: 100, tells: true, settings: "" },
];

/** 500 cases on each of three models that allow 3,000 requests a minute: time against the limit, and calls in vain. */
export async function rateLimit(): Promise<readonly string[]> {
  const folder = mkdtempSync(join(tmpdir(), "evals-bench-"));
  try {
    const lines = [];
    for (const way of WAYS) lines.push(await measureWay(way, folder));
    return lines;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function measureWay(way: Way, folder: string): Promise<string> {
  const limits = { perMinute: PER_MINUTE, burst: way.burst, latencyMs: LATENCY_MS, tells: way.tells };
  const [calls, whole]: [number[], number[]] = [[], []];
  let [sent, refused] = [0, 0];
  for (let round = 0; round < ROUNDS; round++) {
    const server = fork(join(import.meta.dirname, "limited-server.js"), [JSON.stringify(limits)], {
      stdio: ["ignore", "pipe", "inherit", "ipc"],
    });
    try {
      const [line] = await once(server.stdout ?? server, "data");
      const suite = writeSuite(folder, String(line).trim(), way);
      const ms = await timed(suite, join(folder, `results-${way.burst}-${round}`));
      const counts = await countsOf(server);
      calls.push((counts.lastMs + LATENCY_MS) / idealMs(way));
      whole.push(ms / idealMs(way));
      sent += counts.sent;
      refused += counts.refused;
    } finally {
      server.disconnect();
    }
  }
  const share = ((100 * refused) / sent).toFixed(2);
  const of = `of the ideal ${(idealMs(way) / 1000).toFixed(1)} s`;
  const times = `${median(calls).toFixed(3)} ${of} from the first call to the last answer, ${median(whole).toFixed(3)} from process start to exit (aim: within 1.05)`;
  return `${way.name}: ${times}; ${share} % of ${sent} calls turned down (aim: under 1)`;
}

/** What is there at the start goes out at once, the rest at the rate of the limit; a limit given is never passed. */
function idealMs({ burst, tells }: Way): number {
  const paced = tells ? CASES - burst : CASES;
  return (paced * 60_000) / PER_MINUTE;
}

async function countsOf(server: ChildProcess): Promise<Counts> {
  server.send("count");
  const [counts] = await once(server, "message");
  return counts;
}

function writeSuite(folder: string, url: string, { settings }: Way): string {
  const lines = Array.from(
    { length: CASES },
    (_, at) => `${JSON.stringify({ id: `c${at}`, q: `2 + 2 (${at})` })}\n`,
  );
  writeFileSync(join(folder, "cases.jsonl"), lines.join(""));
  const models = Array.from(
    { length: MODELS },
    (_, at) => `  m${at}: { backend: openai, model: m${at}, base_url: "${url}/v1" }`,
  );
  const file = join(folder, "suite.yaml");
  writeFileSync(
    file,
    `name: limited
models:
${models.join("\n")}
settings: { concurrency: 64${settings} }
tasks:
  add:
    dataset: cases.jsonl
    prompt: "{{ q }}"
    scorers:
      - exact: { expected: "4" }
`,
  );
  return file;
}

async function timed(suite: string, out: string): Promise<number> {
  const start = performance.now();
  const child = spawn(
    process.execPath,
    ["dist/cli/main.js", "run", "--no-cache", suite, "--out", out, "--json"],
    { stdio: ["ignore", "ignore", "inherit"] },
  );
  const [code] = await once(child, "exit");
  if (code !== 0) throw new Error(`evals run exited with ${code}`);
  return performance.now() - start;
}
