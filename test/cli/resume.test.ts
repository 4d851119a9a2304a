import { spawn, spawnSync } from "node:child_process";
import { appendFileSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, test } from "vitest";

const main = join(import.meta.dirname, "../../dist/cli/main.js");

const SUITE = `name: paced
models:
  now: { backend: simulated, model: now, accuracy: 0.9, latency: { p50: 15ms, p95: 40ms }, time_scale: 1 }
  next: { backend: simulated, model: next, accuracy: 0.8, latency: { p50: 15ms, p95: 40ms }, time_scale: 1 }
settings: { concurrency: 8 }
tasks:
  qa:
    dataset: cases.jsonl
    prompt: "{{ question }}"
    scorers:
      - exact: { expected: "{{ answer }}" }
gate:
  baseline: now
  candidates: [next]
  require:
    - { metric: score, margin: 0.1 }
`;
const CASES = Array.from({ length: 120 }, (_, at) =>
  JSON.stringify({ id: `c${at}`, question: `What is ${at} + 1?`, answer: String(at + 1) }),
);

/** A folder with the suite and its dataset. */
function folder(): string {
  const cwd = mkdtempSync(join(tmpdir(), "evals-resume-"));
  writeFileSync(join(cwd, "suite.yaml"), SUITE);
  writeFileSync(join(cwd, "cases.jsonl"), `${CASES.join("\n")}\n`);
  return cwd;
}

function evals(args: readonly string[], cwd: string) {
  return spawnSync(process.execPath, [main, ...args], { cwd, encoding: "utf8" });
}

/** Starts the run and stops it with a signal once its journal holds some answers. */
async function stopped(cwd: string, signal: NodeJS.Signals, afterAnswers: number) {
  const child = spawn(process.execPath, [main, "run", "suite.yaml"], { cwd, stdio: "pipe" });
  const said: string[] = [];
  child.stderr.on("data", (chunk) => said.push(String(chunk)));
  const ended = new Promise<number | null>((done) => child.once("close", done));
  while (child.exitCode === null && journal(cwd).length < afterAnswers) await sleep(5);
  child.kill(signal);
  return { code: await ended, stderr: () => said.join("") };
}

function runFolder(cwd: string): string | undefined {
  try {
    const runs = join(cwd, "results/paced");
    return readdirSync(runs).map((id) => join(runs, id))[0];
  } catch {
    return undefined;
  }
}

function journal(cwd: string): readonly string[] {
  const directory = runFolder(cwd);
  if (directory === undefined) return [];
  try {
    return readFileSync(join(directory, "samples.jsonl"), "utf8").split("\n").filter(Boolean);
  } catch {
    return [];
  }
}

/** The report, byte for byte, but for the run's id. */
function facts(cwd: string): string {
  const { status, stdout, stderr } = evals(["report", "latest", "--format", "json"], cwd);
  expect(stderr).toBe("");
  expect(status).toBe(0);
  return stdout.replaceAll(/\d{8}-\d{6}-[a-z2-7]{4}/g, "ID");
}

function answeredOnce(cwd: string): void {
  const asked = journal(cwd).map((line) => {
    const { target, caseId, repeat } = JSON.parse(line);
    return JSON.stringify([target, caseId, repeat]);
  });
  expect(asked).toHaveLength(240);
  expect(new Set(asked).size).toBe(240);
}

describe("a run that was stopped", () => {
  test.each([1, 40, 111, 190])(
    "by SIGKILL after %i answers is finished with no call repeated, and reports as if never stopped",
    async (answers) => {
      const [whole, killed] = [folder(), folder()];
      evals(["run", "suite.yaml"], whole);
      await stopped(killed, "SIGKILL", answers);
      expect(evals(["report", "latest"], killed)).toMatchObject({
        status: 4,
        stderr: expect.stringContaining("evals resume"),
      });
      expect(evals(["resume", "latest"], killed).status).toBe(0);
      expect(facts(killed)).toBe(facts(whole));
      answeredOnce(killed);
    },
  );

  test.each([
    ["SIGINT", 130],
    ["SIGTERM", 143],
  ] as const)("by %s keeps its answers, exits %i and says how to go on", async (signal, code) => {
    const cwd = folder();
    const run = await stopped(cwd, signal, 30);
    expect(run.code).toBe(code);
    expect(run.stderr()).toMatch(/evals resume \d{8}-\d{6}-/);
    expect(evals(["resume", "latest", "--gate"], cwd).status).not.toBe(0);
    answeredOnce(cwd);
    const again = evals(["resume", "latest"], cwd);
    expect(again).toMatchObject({ status: 0, stderr: expect.stringContaining("no call was made") });
  });

  test("goes on with the suite that it began with, whatever became of the file", async () => {
    const cwd = folder();
    await stopped(cwd, "SIGKILL", 20);
    writeFileSync(join(cwd, "suite.yaml"), "name: other\n");
    expect(evals(["resume", "latest"], cwd).status).toBe(0);
    answeredOnce(cwd);
  });

  test("is not finished on a dataset that has changed", async () => {
    const cwd = folder();
    await stopped(cwd, "SIGKILL", 20);
    appendFileSync(join(cwd, "cases.jsonl"), '{"id":"new","question":"?","answer":"!"}\n');
    const before = journal(cwd).length;
    const { status, stderr } = evals(["resume", "latest"], cwd);
    expect(status).toBe(2);
    expect(stderr).toContain('error[E1602]: the dataset cases.jsonl of task "qa" has changed');
    expect(journal(cwd)).toHaveLength(before);
  });
});

test("a report can be had in each form, in a file, and a wrong name is told with the nearest", () => {
  const cwd = folder();
  evals(["run", "suite.yaml"], cwd);
  expect(evals(["report", "latest", "--format", "markdown"], cwd).stdout).toMatch(/^## .*paced/);
  expect(evals(["report", "latest", "--format", "csv", "--output", "r.csv"], cwd)).toMatchObject({
    status: 0,
    stdout: "",
    stderr: "wrote r.csv\n",
  });
  expect(readFileSync(join(cwd, "r.csv"), "utf8")).toContain("now");
  expect(evals(["report", "latest", "--format", "markdwn"], cwd)).toMatchObject({
    status: 2,
    stderr: expect.stringContaining("Did you mean markdown?"),
  });
  expect(evals(["report", "latest", "--output", "suite.yaml/r.txt"], cwd).status).toBe(4);
});
