import { fork, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { median } from "./median.ts";

const CASES = 1000;
const MODELS = 3;
const DELAY_MS = 50;
const CONCURRENCY = 64;
const ROUNDS = 3;

/** A whole run against a bare `fetch` loop over the same server, alternating: 1,000 cases x 3 models, 50 ms, 64 in flight. */
export async function wall(): Promise<readonly string[]> {
  const server = fork(join(import.meta.dirname, "answer-server.js"), [String(DELAY_MS)], {
    stdio: ["ignore", "pipe", "inherit", "ipc"],
  });
  const folder = mkdtempSync(join(tmpdir(), "evals-bench-"));
  try {
    const [line] = await once(server.stdout ?? server, "data");
    const url = String(line).trim();
    const suite = writeSuite(folder, url);
    const bare: number[] = [];
    const run: number[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      bare.push(await bareLoop(url));
      run.push(await evalsRun(suite, join(folder, `results-${round}`)));
    }
    const ideal = (CASES * MODELS * DELAY_MS) / CONCURRENCY;
    const ratio = median(run.map((ms, index) => ms / (bare[index] ?? ms)));
    return [
      `ideal ${ideal.toFixed(0)} ms, bare fetch ${median(bare).toFixed(0)} ms, evals run ${median(run).toFixed(0)} ms (process start to exit)`,
      `ratio to the bare loop ${ratio.toFixed(2)} (aim: within 1.10)`,
    ];
  } finally {
    server.disconnect();
    rmSync(folder, { recursive: true, force: true });
  }
}

function writeSuite(folder: string, url: string): string {
  const lines = Array.from(
    { length: CASES },
    (_, index) =>
      `${JSON.stringify({ id: `c${index}`, question: `What is ${index} + 1?`, expected: "42" })}\n`,
  );
  writeFileSync(join(folder, "cases.jsonl"), lines.join(""));
  const models = Array.from(
    { length: MODELS },
    (_, index) => `  m${index}: { backend: openai, model: bench, base_url: "${url}/v1" }`,
  );
  const text = `name: bench
models:
${models.join("\n")}
settings: { concurrency: ${CONCURRENCY} }
tasks:
  add:
    dataset: cases.jsonl
    prompt: "{{ question }}"
    scorers: [exact]
`;
  const file = join(folder, "suite.yaml");
  writeFileSync(file, text);
  return file;
}

async function bareLoop(url: string): Promise<number> {
  const start = performance.now();
  let left = CASES * MODELS;
  const worker = async () => {
    while (left > 0) {
      left -= 1;
      const body = JSON.stringify({
        model: "bench",
        stream: true,
        messages: [{ role: "user", content: "What is 1 + 1?" }],
      });
      const response = await fetch(`${url}/v1/chat/completions`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body,
      });
      await response.text();
    }
  };
  await Promise.all(Array.from({ length: CONCURRENCY }, worker));
  return performance.now() - start;
}

async function evalsRun(suite: string, out: string): Promise<number> {
  const start = performance.now();
  const child = spawn(
    process.execPath,
    ["dist/cli/main.js", "run", "--no-cache", suite, "--out", out, "--json"],
    {
      stdio: ["ignore", "ignore", "inherit"],
    },
  );
  const [code] = await once(child, "exit");
  if (code !== 0) throw new Error(`evals run exited with ${code}`);
  return performance.now() - start;
}
