import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { canonicalReport } from "../../bench/canonical-report.ts";
import { startHoldingServer } from "../servers/holding.ts";
import { command } from "./said.ts";
import { start } from "./start.ts";

let server: Awaited<ReturnType<typeof startHoldingServer>>;
beforeAll(async () => {
  server = await startHoldingServer((model, number) =>
    model === "next" ? number % 25 < 7 : number % 10 === 0,
  );
});
afterAll(() => server.close());

const asks = (model: string) => `{ backend: openai, model: ${model}, base_url: "${server.url}" }`;

function folder(next = asks("next")): string {
  const cwd = mkdtempSync(join(tmpdir(), "evals-early-"));
  writeFileSync(
    join(cwd, "suite.yaml"),
    `name: stopping
models:
  now: ${asks("now")}
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

async function evals(cwd: string, ...args: readonly string[]) {
  const { code: status, stdout, stderr } = await command(args, { cwd });
  return { status, stdout, stderr };
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

/** Starts a run and kills it (-9) once its journal has so many records: no more is answered. */
async function killedAt(cwd: string, records: number): Promise<void> {
  const release = server.hold(records);
  const { child, ended } = start(cwd, ["run", "suite.yaml", "--no-cache"]);
  const isDue = () => {
    try {
      return asked(cwd).length >= records;
    } catch {
      return false; // not there yet, or half a record
    }
  };
  while (child.exitCode === null && !isDue()) await new Promise((resolve) => setTimeout(resolve, 5));
  child.kill("SIGKILL");
  await ended;
  release();
}

/** The report as JSON, without what differs between any two runs. */
const report = async (cwd: string) =>
  canonicalReport((await evals(cwd, "report", "latest", "--format", "json")).stdout);

test("a run killed at any moment and resumed asks none twice, and its report is that of one that was not", {
  timeout: 180_000,
}, async () => {
  const whole = folder();
  await evals(whole, "run", "suite.yaml", "--no-cache");
  const { early, verdicts } = manifest(whole);
  expect(verdicts).toEqual([{ candidate: "next", verdict: "unsafe" }]);
  const expected = await report(whole);
  expect(expected).toContain('"decidedAfter"');
  for (const records of [1, 40, 90]) {
    const cwd = folder();
    await killedAt(cwd, records);
    expect(manifest(cwd).early.decided).toBeNull();
    const resumed = await evals(cwd, "resume", "latest", "--gate", "--no-cache");
    expect(resumed.status, resumed.stderr).toBe(1);
    expect(manifest(cwd).verdicts).toEqual(verdicts);
    expect(manifest(cwd).early.decided).toEqual(early.decided);
    expect(await report(cwd)).toBe(expected);
    const names = asked(cwd);
    expect(new Set(names).size).toBe(names.length);
  }
});

test("a run that failed calls left undecided asks them again when it is resumed, and goes on", {
  timeout: 60_000,
}, async () => {
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
  const done = await evals(cwd, "run", "suite.yaml", "--gate");
  expect(done.status, done.stderr).toBe(3);
  expect(done.stdout).toMatch(/given up after \d+ of 400 cases/);
  const before = manifest(cwd);
  expect(before.totals.failed).toBeGreaterThan(0);
  rmSync(join(cwd, "down"));
  const resumed = await evals(cwd, "resume", "latest", "--gate");
  expect(resumed.status, resumed.stderr).toBe(0);
  const after = manifest(cwd);
  expect(after.totals.failed).toBe(0);
  expect(after.verdicts).toEqual([{ candidate: "next", verdict: "safe" }]);
  // More is in the journal than the decision took: made again from it, the scores are the same.
  expect(asked(cwd).length).toBeGreaterThan(after.totals.answered);
  rmSync(runFile(cwd, "scores.jsonl"));
  const gate = await evals(cwd, "gate", "latest");
  expect(gate.status, gate.stderr).toBe(0);
  expect(gate.stderr).toContain("made again from the journal");
});

test("two runs that could stop are compared over the cases that both have; of two seeds they are refused", {
  timeout: 60_000,
}, async () => {
  const cwd = folder();
  await evals(cwd, "run", "suite.yaml", "--out", "one");
  await evals(cwd, "run", "suite.yaml", "--out", "two");
  const text = readFileSync(join(cwd, "suite.yaml"), "utf8");
  writeFileSync(join(cwd, "suite.yaml"), text.replace("seed: 5", "seed: 6"));
  await evals(cwd, "run", "suite.yaml", "--out", "three");
  const run = (out: string) => join(cwd, out, "stopping", readdirSync(join(cwd, out, "stopping"))[0] ?? "");
  const flags = ["--baseline", "now", "--candidate", "now", "--json"];
  const same = await evals(cwd, "compare", run("one"), run("two"), ...flags);
  expect(same.status, same.stderr).toBe(0);
  const [{ overall, warnings }] = JSON.parse(same.stdout).comparisons;
  const { early } = JSON.parse(readFileSync(join(run("one"), "run.json"), "utf8"));
  expect(overall).toMatchObject({ compared: early.decided.cases, observed: { method: "betting" } });
  expect(warnings.map(({ code }: { code: string }) => code)).toContain("early");
  const other = await evals(cwd, "compare", run("one"), run("three"), ...flags);
  expect(other.status).toBe(4);
  expect(other.stderr).toContain("the same seed");
});
