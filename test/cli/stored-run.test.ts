import { spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { lockFolder } from "../../src/storage/lock.ts";

const main = join(import.meta.dirname, "../../dist/cli/main.js");

const SUITE = `name: kept
models:
  now: { backend: simulated, model: now, accuracy: 0.9 }
  next: { backend: simulated, model: next, accuracy: 0.8 }
tasks:
  qa:
    dataset: cases.jsonl
    prompt: "{{ question }}"
    scorers:
      - exact: { expected: "{{ expected }}" }
gate: { baseline: now, candidates: [next], require: [{ metric: score, margin: 0.3 }] }
`;
const CASES = Array.from({ length: 60 }, (_, at) =>
  JSON.stringify({ id: `c${at}`, question: `What is ${at} + 1?`, expected: String(at + 1) }),
);

function evals(args: readonly string[], cwd: string) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [main, ...args], { cwd, encoding: "utf8" });
  return { status, stdout, stderr };
}

let finished: string;
beforeAll(() => {
  finished = mkdtempSync(join(tmpdir(), "evals-kept-"));
  writeFileSync(join(finished, "suite.yaml"), SUITE);
  writeFileSync(join(finished, "cases.jsonl"), `${CASES.join("\n")}\n`);
  expect(evals(["run", "suite.yaml"], finished)).toMatchObject({ status: 0 });
});

/** A copy of the finished run; its suite's file stays where it ran. */
function copy() {
  const cwd = mkdtempSync(join(tmpdir(), "evals-kept-"));
  cpSync(finished, cwd, { recursive: true });
  const runs = join(cwd, "results/kept");
  const directory = join(runs, readdirSync(runs)[0] ?? "");
  const file = (name: string) => join(directory, name);
  const edit = (name: string, change: (text: string) => string) =>
    writeFileSync(file(name), change(readFileSync(file(name), "utf8")));
  return { cwd, file, edit };
}

describe("scores that are not what run.json says are made again from the journal", () => {
  test.each([
    ["lost", (file: string) => rmSync(file)],
    ["torn", (file: string) => truncateSync(file, 1000)],
    [
      "altered",
      (file: string) => writeFileSync(file, readFileSync(file, "utf8").replaceAll('"score":0', '"score":1')),
    ],
  ])("%s", (_, spoil) => {
    for (const command of ["report", "gate", "compare", "resume"]) {
      const { cwd, file } = copy();
      const before = evals([command, "latest", "--json"], cwd);
      spoil(file("scores.jsonl"));
      const rebuilt = evals([command, "latest", "--json"], cwd);
      expect(rebuilt.stderr).toContain("made again from the journal, no call was made");
      expect(rebuilt).toMatchObject({ status: before.status, stdout: before.stdout });
      const again = evals([command, "latest", "--json"], cwd);
      expect(again).toEqual(before);
    }
  });

  test("but not on a dataset that has changed since", () => {
    const { cwd, file, edit } = copy();
    rmSync(file("scores.jsonl"));
    edit("run.json", (text) => text.replace(/("datasetHash": "sha256:)..../, "$10000"));
    const { status, stderr } = evals(["gate", "latest"], cwd);
    expect(status).toBe(4);
    expect(stderr).toContain("error[E3112]");
    expect(stderr).toContain('the dataset cases.jsonl of task "qa" has changed since the run began');
  });
});

describe("a summary in run.json that is not that of the answers", () => {
  test.each(["unscored", "answered"])("is refused by the gate until resume writes it anew (%s)", (name) => {
    const { cwd, edit } = copy();
    const before = evals(["gate", "latest"], cwd);
    edit("run.json", (text) => text.replace(new RegExp(`("${name}": )\\d+`), "$17"));
    const refused = evals(["gate", "latest"], cwd);
    expect(refused.status).toBe(4);
    expect(refused.stderr).toMatch(new RegExp(`error\\[E3113\\].* it says ${name} 7, not \\d+`));
    expect(evals(["report", "latest"], cwd).stderr).toContain("no gate decides on this run");
    expect(evals(["resume", "latest"], cwd).stderr).toContain("written anew from the answers");
    expect(evals(["gate", "latest"], cwd)).toEqual(before);
  });

  test("is refused where scores made again are not those that it was written for", () => {
    const { cwd, file, edit } = copy();
    rmSync(file("scores.jsonl"));
    edit("run.json", (text) => text.replace('"unscored": 0', '"unscored": 1'));
    const { status, stderr } = evals(["gate", "latest"], cwd);
    expect(status).toBe(4);
    expect(stderr).toMatch(/E3113.* it says unscored 1, not 0/);
  });

  test("is refused where scores made again change a verdict", () => {
    const { cwd, file, edit } = copy();
    expect(evals(["gate", "latest"], cwd).status).not.toBe(1);
    edit("run.json", (text) => text.replace(/"verdict": "\w+"/, '"verdict": "unsafe"'));
    rmSync(file("scores.jsonl"));
    const refused = evals(["gate", "latest"], cwd);
    expect(refused.status).toBe(4);
    expect(refused.stderr).toMatch(/E3113.*the verdicts \[.*"unsafe".*\], not \[/);
    expect(evals(["gate", "latest"], cwd).status).toBe(4);
    expect(evals(["resume", "latest"], cwd).status).toBe(0);
    expect(evals(["gate", "latest"], cwd).status).not.toBe(4);
  });
});

describe("a journal that is not what run.json says", () => {
  test("is named by its damaged lines, with the way out, and resume says the same", () => {
    const { cwd, edit } = copy();
    edit("samples.jsonl", (text) =>
      text
        .split("\n")
        .map((line, at) => (at === 4 || at === 9 ? line.replace('"attempts":1', '"attempts":2') : line))
        .join("\n"),
    );
    for (const command of ["report", "gate", "compare", "resume"]) {
      const { status, stderr } = evals([command, "latest"], cwd);
      expect(status).toBe(4);
      expect(stderr).toMatch(/line 5 of the journal is damaged: its checksum does not match/);
      expect(stderr).toContain("line 10 of the journal is damaged");
      expect(stderr).toMatch(/evals repair \d{8}-\d{6}-[a-z2-7]{4}\n/);
    }
  });

  test.each([
    ["cut off", (file: string) => truncateSync(file, 20_000)],
    ["gone", (file: string) => rmSync(file)],
  ])("%s is finished by resume, which asks what is missing", (_, spoil) => {
    const { cwd, file } = copy();
    const before = evals(["gate", "latest"], cwd);
    spoil(file("samples.jsonl"));
    const refused = evals(["gate", "latest"], cwd);
    expect(refused).toMatchObject({ status: 4, stderr: expect.stringContaining("evals resume") });
    expect(evals(["resume", "latest"], cwd)).toMatchObject({
      status: 0,
      stderr: expect.stringMatching(/\d+ of 120 answers are there already/),
    });
    expect(evals(["gate", "latest"], cwd)).toEqual(before);
  });
});

test("a run that was killed is told from one that is going on", async () => {
  const { cwd, file, edit } = copy();
  edit("run.json", (text) => {
    const hashes = { samples: null, judgements: null, scores: null };
    return JSON.stringify({ ...JSON.parse(text), state: "running", hashes });
  });
  expect(evals(["list"], cwd).stdout).toContain("killed");
  expect(evals(["gate", "latest"], cwd)).toMatchObject({
    status: 4,
    stderr: expect.stringMatching(
      /run \S+ is not over: it was killed\n {2}Finish it: npx evals resume \d{8}-/,
    ),
  });
  const lock = await lockFolder(file("."), Date.now());
  expect(evals(["list"], cwd).stdout).toContain("running");
  expect(evals(["gate", "latest"], cwd)).toMatchObject({
    status: 4,
    stderr: expect.stringMatching(/run \S+ is not over: it is going on/),
  });
  await lock.release();
  expect(evals(["resume", "latest"], cwd)).toMatchObject({ status: 0 });
  expect(evals(["list"], cwd).stdout).not.toMatch(/killed|running/);
});

test("repair drops the damaged records, resume asks those again, and the verdict is what it was", () => {
  const { cwd, file, edit } = copy();
  const before = evals(["gate", "latest"], cwd);
  edit("samples.jsonl", (text) =>
    text
      .split("\n")
      .map((line, at) => (at % 30 === 4 ? line.replace('"attempts":1', '"attempts":2') : line))
      .join("\n"),
  );
  const repaired = evals(["repair", "latest", "--json"], cwd);
  expect(repaired.status).toBe(0);
  const { kept, dropped, keptIn } = JSON.parse(repaired.stdout);
  expect(kept).toBe(116);
  expect(dropped.map(({ line }: { readonly line: number }) => line)).toEqual([5, 35, 65, 95]);
  expect(readFileSync(keptIn, "utf8").split("\n")).toHaveLength(5);
  expect(evals(["list"], cwd).stdout).toContain("interrupted, 4 without a score");
  expect(evals(["gate", "latest"], cwd)).toMatchObject({
    status: 4,
    stderr: expect.stringContaining("evals resume"),
  });
  expect(evals(["resume", "latest"], cwd)).toMatchObject({
    status: 0,
    stderr: expect.stringContaining("116 of 120 answers are there already"),
  });
  expect(readFileSync(file("samples.jsonl"), "utf8").trim().split("\n")).toHaveLength(120);
  expect(evals(["gate", "latest"], cwd)).toEqual(before);
  expect(evals(["repair", "latest"], cwd)).toMatchObject({
    status: 0,
    stderr: "all 120 records of the journal are whole: nothing to repair\n",
  });
});
