import { spawn, spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";

const main = join(import.meta.dirname, "../../dist/cli/main.js");

const SLOW = "latency: { p50: 4ms, p95: 8ms }, time_scale: 1";

function folder(next: string): string {
  const cwd = mkdtempSync(join(tmpdir(), "evals-early-"));
  writeFileSync(
    join(cwd, "suite.yaml"),
    `name: stopping
models:
  now: { backend: simulated, model: now, accuracy: 0.9, ${SLOW} }
  next: ${next}
settings: { seed: 5, concurrency: 4, max_attempts: 1 }
tasks:
  qa:
    dataset: cases.jsonl
    prompt: "{{ question }}"
    scorers: [exact: { expected: "{{ answer }}" }]
gate: { baseline: now, stop: early, require: [{ metric: score, margin: 0.05 }] }
`,
  );
  const lines = Array.from({ length: 400 }, (_, at) =>
    JSON.stringify({ id: `c${at}`, question: `What is ${at} + 1?`, answer: String(at + 1) }),
  );
  writeFileSync(join(cwd, "cases.jsonl"), `${lines.join("\n")}\n`);
  return cwd;
}

const simulated = `{ backend: simulated, model: next, accuracy: 0.72, ${SLOW} }`;

function evals(cwd: string, ...args: readonly string[]) {
  return spawnSync(process.execPath, [main, ...args], { cwd, encoding: "utf8" });
}

function runFile(cwd: string, name: string): string {
  const runs = join(cwd, "results/stopping");
  return join(runs, readdirSync(runs).toSorted().at(-1) ?? "", name);
}

const manifest = (cwd: string) => JSON.parse(readFileSync(runFile(cwd, "run.json"), "utf8"));

function asked(cwd: string): readonly string[] {
  return readFileSync(runFile(cwd, "samples.jsonl"), "utf8")
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line))
    .map(({ target, caseId }: { target: string; caseId: string }) => `${target}/${caseId}`);
}

/** Starts a run and kills it (-9) once its journal has so many records. */
async function killedAt(cwd: string, records: number): Promise<void> {
  const run = spawn(process.execPath, [main, "run", "suite.yaml", "--no-cache"], { cwd, stdio: "ignore" });
  const ended = new Promise<void>((resolve) => run.once("exit", () => resolve()));
  const isDue = () => {
    try {
      return asked(cwd).length >= records;
    } catch {
      return false; // not there yet, or half a record
    }
  };
  while (run.exitCode === null && !isDue()) await new Promise((resolve) => setTimeout(resolve, 5));
  run.kill("SIGKILL");
  await ended;
}

/** The report as JSON, without the name of the run. */
const report = (cwd: string) =>
  evals(cwd, "report", "latest", "--format", "json").stdout.replace(/"run": "[^"]*"/, "");

test("a run killed at any moment and resumed asks none twice, and its report is that of one that was not", {
  timeout: 180_000,
}, async () => {
  const whole = folder(simulated);
  evals(whole, "run", "suite.yaml", "--no-cache");
  const { early, verdicts } = manifest(whole);
  expect(verdicts).toEqual([{ candidate: "next", verdict: "unsafe" }]);
  const expected = report(whole);
  expect(expected).toContain('"decidedAfter"');
  for (const records of [1, 40, 90]) {
    const cwd = folder(simulated);
    await killedAt(cwd, records);
    expect(manifest(cwd).early.decided).toBeNull();
    const resumed = evals(cwd, "resume", "latest", "--gate", "--no-cache");
    expect(resumed.status, resumed.stderr).toBe(1);
    expect(manifest(cwd).verdicts).toEqual(verdicts);
    expect(manifest(cwd).early.decided).toEqual(early.decided);
    expect(report(cwd)).toBe(expected);
    const names = asked(cwd);
    expect(new Set(names).size).toBe(names.length);
  }
});

test("a run that failed calls left undecided asks them again when it is resumed, and goes on", {
  timeout: 60_000,
}, () => {
  const cwd = folder("{ backend: module, model: next, path: ./next.mjs }");
  writeFileSync(
    join(cwd, "next.mjs"),
    `import { existsSync } from "node:fs";
const down = new URL("./down", import.meta.url);
export default ({ case: { fields } }) => {
  if (existsSync(down) && Number(fields.answer) % 2 === 0) throw new Error("down");
  return fields.answer;
};
`,
  );
  writeFileSync(join(cwd, "down"), "");
  const done = evals(cwd, "run", "suite.yaml", "--gate");
  expect(done.status, done.stderr).toBe(3);
  expect(done.stdout).toMatch(/given up after \d+ of 400 cases/);
  const before = manifest(cwd);
  expect(before.totals.failed).toBeGreaterThan(0);
  rmSync(join(cwd, "down"));
  const resumed = evals(cwd, "resume", "latest", "--gate");
  expect(resumed.status, resumed.stderr).toBe(0);
  const after = manifest(cwd);
  expect(after.totals.failed).toBe(0);
  expect(after.verdicts).toEqual([{ candidate: "next", verdict: "safe" }]);
  // More is in the journal than the decision took: made again from it, the scores are the same.
  expect(asked(cwd).length).toBeGreaterThan(after.totals.answered);
  rmSync(runFile(cwd, "scores.jsonl"));
  const gate = evals(cwd, "gate", "latest");
  expect(gate.status, gate.stderr).toBe(0);
  expect(gate.stderr).toContain("made again from the journal");
});

test("two runs that could stop are compared over the cases that both have; of two seeds they are refused", {
  timeout: 60_000,
}, () => {
  const cwd = folder(simulated);
  evals(cwd, "run", "suite.yaml", "--out", "one");
  evals(cwd, "run", "suite.yaml", "--out", "two");
  const text = readFileSync(join(cwd, "suite.yaml"), "utf8");
  writeFileSync(join(cwd, "suite.yaml"), text.replace("seed: 5", "seed: 6"));
  evals(cwd, "run", "suite.yaml", "--out", "three");
  const run = (out: string) => join(cwd, out, "stopping", readdirSync(join(cwd, out, "stopping"))[0] ?? "");
  const flags = ["--baseline", "now", "--candidate", "now", "--json"];
  const same = evals(cwd, "compare", run("one"), run("two"), ...flags);
  expect(same.status, same.stderr).toBe(0);
  const [{ overall, warnings }] = JSON.parse(same.stdout).comparisons;
  const { early } = JSON.parse(readFileSync(join(run("one"), "run.json"), "utf8"));
  expect(overall).toMatchObject({ compared: early.decided.cases, observed: { method: "betting" } });
  expect(warnings.map(({ code }: { code: string }) => code)).toContain("early");
  const other = evals(cwd, "compare", run("one"), run("three"), ...flags);
  expect(other.status).toBe(4);
  expect(other.stderr).toContain("the same seed");
});
