import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

const main = join(import.meta.dirname, "../../dist/cli/main.js");

const SUITE = `name: large
models:
  now: { backend: simulated, model: now, accuracy: 0.9 }
  next: { backend: simulated, model: next, accuracy: 0.9 }
tasks:
  qa: { dataset: cases.jsonl, prompt: "{{ question }}", scorers: [exact] }
gate:
  baseline: now
  candidates: [next]
  stop: never
  require: [{ metric: score, margin: 0.03 }, { metric: latency_p95, at_most: 1.5x }]
`;
const CASES = 60_000;
/** Of objects. A list of an object for every case takes more. */
const HEAP_MB = 32;

let cwd: string;

beforeAll(() => {
  cwd = mkdtempSync(join(tmpdir(), "evals-large-"));
  writeFileSync(join(cwd, "suite.yaml"), SUITE);
  writeFileSync(join(cwd, "cases.jsonl"), '{"id":"c","question":"1 + 1?","expected":"2"}\n');
  expect(spawnSync(process.execPath, [main, "run", "suite.yaml"], { cwd }).status).toBe(0);
  enlarge(join(cwd, "results/large"));
});

afterAll(() => rmSync(cwd, { recursive: true }));

/** Makes of the one case of a run as many as there shall be, and of `run.json` what it would say of them. */
function enlarge(runs: string): void {
  const file = (name: string) => join(runs, readdirSync(runs)[0] ?? "", name);
  const samples = readFileSync(file("scores.jsonl"), "utf8").trimEnd().split("\n");
  const scores = Array.from({ length: CASES }, (_, at) =>
    samples.map((line, model) => {
      const score = (at * 7 + model) % 10 === 0 ? 0 : 1;
      const told = { caseId: `case-${at}`, score, latencyMs: 100 + ((at * 31 + model) % 5003) / 7 };
      return `${JSON.stringify({ ...JSON.parse(line), ...told })}\n`;
    }),
  )
    .flat()
    .join("");
  writeFileSync(file("scores.jsonl"), scores);
  const manifest = JSON.parse(readFileSync(file("run.json"), "utf8"));
  const count = samples.length * CASES;
  const tasks = manifest.tasks.map((task: object) => ({ ...task, cases: CASES, planned: CASES }));
  const totals = { ...manifest.totals, planned: count, answered: count };
  const hash = createHash("sha256")
    .update(readFileSync(file("scores.jsonl")))
    .digest("hex");
  const hashes = { ...manifest.hashes, scores: `sha256:${hash}` };
  writeFileSync(file("run.json"), JSON.stringify({ ...manifest, tasks, totals, hashes, verdicts: null }));
}

describe(`a run of ${CASES} cases of two models takes no object for each`, () => {
  test.each(["report", "gate", "compare"])("in evals %s", (command) => {
    const heap = `--max-old-space-size=${HEAP_MB}`;
    const { status, stderr, stdout } = spawnSync(process.execPath, [heap, main, command, "latest"], {
      cwd,
      encoding: "utf8",
    });
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
    expect(stdout).toContain("60,000");
  });
});
