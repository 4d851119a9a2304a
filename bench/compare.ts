import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { EVALS, measured } from "./measured.ts";

const CASES = 100_000;
const MODELS = 3;

/** Two stored runs of 100,000 cases x 3 simulated models, compared by the program itself. */
export async function compareRuns(): Promise<readonly string[]> {
  const folder = mkdtempSync(join(tmpdir(), "evals-bench-"));
  try {
    writeDataset(folder);
    const runs = [1, 2].map((seed) => join(folder, `results-${seed}`));
    for (const [at, out] of runs.entries()) {
      const suite = writeSuite(folder, at + 1);
      await measured(EVALS, ["run", suite, "--out", out, "--no-cache", "--json"]);
    }
    const ids = runs.map(newest);
    const { ms, megabytes } = await measured(EVALS, ["compare", ...ids, "--json"]);
    return [
      `${(ms / 1000).toFixed(1)} s (aim: under 10), ${megabytes.toFixed(0)} MB at most (aim: under 250)`,
    ];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function writeDataset(folder: string): void {
  const lines = Array.from(
    { length: CASES },
    (_, index) =>
      `${JSON.stringify({ id: `c${index}`, question: `${index} + 1?`, expected: String(index + 1), tags: [`t${index % 10}`] })}\n`,
  );
  writeFileSync(join(folder, "cases.jsonl"), lines.join(""));
}

function writeSuite(folder: string, seed: number): string {
  const models = Array.from(
    { length: MODELS },
    (_, index) => `  m${index}: { backend: simulated, model: m${index}, accuracy: 0.9, time_scale: 0 }`,
  );
  const text = `name: bench
models:
${models.join("\n")}
settings: { concurrency: 64, seed: ${seed} }
tasks:
  add:
    dataset: cases.jsonl
    prompt: "{{ question }}"
    scorers: [exact]
`;
  const file = join(folder, `suite-${seed}.yaml`);
  writeFileSync(file, text);
  return file;
}

/** The folder of the only run below a results folder. */
function newest(out: string): string {
  const suite = join(out, "bench");
  const [id] = readdirSync(suite).filter((name) => !name.startsWith("."));
  if (id === undefined) throw new Error(`no run in ${suite}`);
  return join(suite, id);
}
