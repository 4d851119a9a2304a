import { appendFileSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { canonicalReport } from "../../bench/canonical-report.ts";
import { startHoldingServer } from "../servers/holding.ts";
import { command } from "./said.ts";
import { start } from "./start.ts";

const CASES = 120;

let server: Awaited<ReturnType<typeof startHoldingServer>>;
beforeAll(async () => {
  server = await startHoldingServer((model, number) => number % (model === "next" ? 5 : 10) === 0);
});
afterAll(() => server.close());

/** A folder with the suite and its dataset. */
function folder(): string {
  const cwd = mkdtempSync(join(tmpdir(), "evals-resume-"));
  const model = (name: string) => `{ backend: openai, model: ${name}, base_url: "${server.url}" }`;
  writeFileSync(
    join(cwd, "suite.yaml"),
    `name: paced
models:
  now: ${model("now")}
  next: ${model("next")}
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
`,
  );
  const cases = Array.from({ length: CASES }, (_, at) =>
    JSON.stringify({ id: `c${at}`, question: `What is ${at} + 1?`, answer: String(at + 1) }),
  );
  writeFileSync(join(cwd, "cases.jsonl"), `${cases.join("\n")}\n`);
  return cwd;
}

/** Without the cache, which would hide an answer that the journal lost. */
async function evals(args: readonly string[], cwd: string) {
  const cache = args[0] === "report" ? [] : ["--no-cache"];
  const { code: status, stdout, stderr } = await command([...args, ...cache], { cwd });
  return { status, stdout, stderr };
}

/** Starts the run and stops it with a signal once its journal holds these answers: the others are not given. */
async function stopped(cwd: string, signal: NodeJS.Signals, answers: number) {
  const release = server.hold(answers);
  const { child, ended, said } = start(cwd, ["run", "suite.yaml", "--no-cache"]);
  while (child.exitCode === null && journal(cwd).length < answers) await sleep(5);
  child.kill(signal);
  if (signal !== "SIGKILL") while (child.exitCode === null && !said().includes("stopping")) await sleep(5);
  release();
  const { code, stderr } = await ended;
  return { code, stderr };
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

/** The report, byte for byte, but for the run's id and what the clock measured. */
async function facts(cwd: string): Promise<string> {
  const { status, stdout, stderr } = await evals(["report", "latest", "--format", "json"], cwd);
  expect(stderr).toBe("");
  expect(status).toBe(0);
  return canonicalReport(stdout);
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
      await evals(["run", "suite.yaml"], whole);
      await stopped(killed, "SIGKILL", answers);
      expect(await evals(["report", "latest"], killed)).toMatchObject({
        status: 4,
        stderr: expect.stringContaining("evals resume"),
      });
      expect((await evals(["resume", "latest"], killed)).status).toBe(0);
      expect(await facts(killed)).toBe(await facts(whole));
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
    expect(run.stderr).toMatch(/evals resume \d{8}-\d{6}-/);
    expect((await evals(["resume", "latest", "--gate"], cwd)).status).not.toBe(0);
    answeredOnce(cwd);
    const again = await evals(["resume", "latest"], cwd);
    expect(again).toMatchObject({ status: 0, stderr: expect.stringContaining("no call was made") });
  });

  test("goes on with the suite that it began with, whatever became of the file", async () => {
    const cwd = folder();
    await stopped(cwd, "SIGKILL", 20);
    writeFileSync(join(cwd, "suite.yaml"), "name: other\n");
    expect((await evals(["resume", "latest"], cwd)).status).toBe(0);
    answeredOnce(cwd);
  });

  test("is not finished on a dataset that has changed", async () => {
    const cwd = folder();
    await stopped(cwd, "SIGKILL", 20);
    appendFileSync(join(cwd, "cases.jsonl"), '{"id":"new","question":"?","answer":"!"}\n');
    const before = journal(cwd).length;
    const { status, stderr } = await evals(["resume", "latest"], cwd);
    expect(status).toBe(2);
    expect(stderr).toContain('error[E1602]: the dataset cases.jsonl of task "qa" has changed');
    expect(journal(cwd)).toHaveLength(before);
  });
});

test("a report can be had in each form, in a file, and a wrong name is told with the nearest", async () => {
  const cwd = folder();
  await evals(["run", "suite.yaml"], cwd);
  expect((await evals(["report", "latest", "--format", "markdown"], cwd)).stdout).toMatch(/^## .*paced/);
  expect(await evals(["report", "latest", "--format", "csv", "--output", "r.csv"], cwd)).toMatchObject({
    status: 0,
    stdout: "",
    stderr: "wrote r.csv\n",
  });
  expect(readFileSync(join(cwd, "r.csv"), "utf8")).toContain("now");
  expect(await evals(["report", "latest", "--format", "markdwn"], cwd)).toMatchObject({
    status: 2,
    stderr: expect.stringContaining("Did you mean markdown?"),
  });
  expect((await evals(["report", "latest", "--output", "suite.yaml/r.txt"], cwd)).status).toBe(4);
});
