import { spawnSync } from "node:child_process";
import { appendFileSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test, vi } from "vitest";

// Each test starts the program some ten times.
vi.setConfig({ testTimeout: 60_000 });

const main = join(import.meta.dirname, "../../dist/cli/main.js");

const SUITE = `name: split
models:
  now: { backend: simulated, model: now, accuracy: 0.9 }
  next: { backend: simulated, model: next, accuracy: 0.8 }
settings: { repeats: 2, seed: 5 }
tasks:
  qa:
    dataset: cases.jsonl
    prompt: "{{ question }}"
    scorers:
      - exact: { expected: "{{ answer }}" }
  again:
    dataset: cases.jsonl
    prompt: "Once more: {{ question }}"
    scorers:
      - exact: { expected: "{{ answer }}" }
gate:
  baseline: now
  candidates: [next]
  require:
    - { metric: score, margin: 0.3 }
`;

function folder(cases = 60): string {
  const cwd = mkdtempSync(join(tmpdir(), "evals-shards-"));
  const lines = Array.from({ length: cases }, (_, at) =>
    JSON.stringify({ id: `c${at}`, question: `What is ${at} + 1?`, answer: String(at + 1) }),
  );
  writeFileSync(join(cwd, "suite.yaml"), SUITE);
  writeFileSync(join(cwd, "cases.jsonl"), `${lines.join("\n")}\n`);
  return cwd;
}

function evals(cwd: string, ...args: readonly string[]) {
  return spawnSync(process.execPath, [main, ...args], { cwd, encoding: "utf8" });
}

/** Runs some shards, each into a results folder of its own, as on machines of their own. */
function runShards(cwd: string, indices: readonly number[], count: number): readonly string[] {
  return indices.map((index) => {
    const done = evals(cwd, "run", "suite.yaml", "--shard", `${index}/${count}`, "--out", `shards/${index}`);
    expect(done.status, done.stderr).toBe(0);
    return `shards/${index}`;
  });
}

function samplesOf(cwd: string, out: string): readonly string[] {
  const [id = ""] = readdirSync(join(cwd, out, "split"));
  return readFileSync(join(cwd, out, "split", id, "samples.jsonl"), "utf8")
    .trimEnd()
    .split("\n")
    .map((line) => {
      const { checksum: _, at: __, queuedMs: ___, ...sample } = JSON.parse(line);
      return JSON.stringify(sample);
    })
    .sort();
}

function reportOf(cwd: string, format: string, out = "results"): string {
  const { status, stdout, stderr } = evals(cwd, "report", "latest", "--format", format, "--out", out);
  expect(stderr).toBe("");
  expect(status).toBe(0);
  return stdout.replaceAll(/\d{8}-\d{6}-[a-z2-7]{4}/g, "ID").replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, "TIME");
}

test("a merged run has the samples, the scores and the report of one that was never split", () => {
  const cwd = folder();
  expect(evals(cwd, "run", "suite.yaml", "--out", "whole").status).toBe(0);
  const shards = runShards(cwd, [3, 1, 2], 3);
  const merged = evals(cwd, "merge", ...shards, "--gate");
  expect(merged.stderr).not.toContain("missing");
  expect(merged.status).toBe(evals(cwd, "gate", "latest", "--out", "whole").status);
  expect(samplesOf(cwd, "results")).toEqual(samplesOf(cwd, "whole"));
  for (const format of ["json", "markdown"])
    expect(reportOf(cwd, format)).toBe(reportOf(cwd, format, "whole"));
  const rows = (out: string) => reportOf(cwd, "csv", out).split("\n").sort();
  expect(rows("results")).toEqual(rows("whole"));
  expect(evals(cwd, "resume", "latest").stderr).toContain("no call was made");
});

test("the cases of a shard are asked of every model and every time", () => {
  const cwd = folder();
  runShards(cwd, [1, 2], 2);
  const [one, two] = ["shards/1", "shards/2"].map((out) =>
    samplesOf(cwd, out).map((line) => JSON.parse(line)),
  );
  const unit = ({ task, caseId }: { task: string; caseId: string }) => `${task}/${caseId}`;
  const asked = new Map<string, number>();
  for (const sample of one ?? []) asked.set(unit(sample), (asked.get(unit(sample)) ?? 0) + 1);
  expect(new Set(asked.values())).toEqual(new Set([4]));
  expect((two ?? []).filter((sample) => asked.has(unit(sample)))).toEqual([]);
  expect((one ?? []).length + (two ?? []).length).toBe(480);
});

test("a shard that is missing is named with its cases; the merged run is not decided, and resume asks just those", () => {
  const cwd = folder();
  const shards = runShards(cwd, [1, 3], 3);
  const merged = evals(cwd, "merge", ...shards, "--gate");
  expect(merged.status).toBe(3);
  const said = merged.stderr.replaceAll(/\s+/g, " ");
  expect(said).toMatch(/shard 2\/3 was not given: \d+ samples missing: qa\/c\d+ by now, repeat 1; /);
  // What another machine has paid for is not to be asked again by a pasted command without a word.
  expect(said).toMatch(
    /merge again with what is missing, or ask and pay for it now: npx evals resume \S+ --gate/,
  );
  const missing = Number(/(\d+) samples missing/.exec(said)?.[1]);
  const resumed = evals(cwd, "resume", "latest");
  expect(resumed.status).toBe(0);
  expect(resumed.stderr).toContain(`${480 - missing} of 480 answers are there already`);
  expect(evals(cwd, "run", "suite.yaml", "--out", "whole").status).toBe(0);
  expect(reportOf(cwd, "json")).toBe(reportOf(cwd, "json", "whole"));
});

test("a shard that is not over is named with what it misses", () => {
  const cwd = folder();
  const stopped = evals(
    cwd,
    "run",
    "suite.yaml",
    "--shard",
    "1/2",
    "--out",
    "shards/1",
    "--budget-calls",
    "7",
  );
  expect(stopped.status).toBe(3);
  runShards(cwd, [2], 2);
  const merged = evals(cwd, "merge", "shards/1", "shards/2");
  expect(merged.status).toBe(3);
  expect(merged.stderr.replaceAll(/\s+/g, " ")).toMatch(
    /shard 1\/2 is not over \(npx evals resume shards\/1\/\S+\d{8}-\d{6}-.{4}\): \d+ samples missing/,
  );
});

test("a shard given twice, a run that is no shard, and a shard of another run are told, and nothing is written", () => {
  const cwd = folder();
  const [one = ""] = runShards(cwd, [1], 2);
  evals(cwd, "run", "suite.yaml", "--shard", "1/2", "--out", "again");
  const twice = evals(cwd, "merge", one, "again");
  expect(twice.status).toBe(2);
  expect(twice.stderr).toMatch(
    /error\[E1603\]: shard 1 is there 2 times; .*duplicate\n {2}Give one of them:\s+\S+,\s+\S+\n/,
  );
  evals(cwd, "run", "suite.yaml", "--out", "whole");
  expect(evals(cwd, "merge", one, "whole").stderr).toContain("is no shard");
  evals(cwd, "run", "suite.yaml", "--shard", "2/2", "--repeats", "1", "--out", "other");
  expect(evals(cwd, "merge", one, "other").stderr).toContain("differ in models or their settings");
  appendFileSync(join(cwd, "cases.jsonl"), '{"id":"new","question":"?","answer":"!"}\n');
  evals(cwd, "run", "suite.yaml", "--shard", "2/2", "--out", "changed");
  expect(evals(cwd, "merge", one, "changed").stderr).toContain("differ in tasks or datasets");
  expect(evals(cwd, "list").stderr).toContain("no runs");
});

test("a shard alone decides nothing", () => {
  const cwd = folder();
  runShards(cwd, [1], 2);
  expect(evals(cwd, "run", "suite.yaml", "--shard", "2/2", "--gate").status).toBe(2);
  const gate = evals(cwd, "gate", "latest", "--out", "shards/1");
  expect(gate.status).toBe(4);
  expect(gate.stderr).toContain("evals merge");
});

test("with more shards than cases the empty ones ask nothing, and the merged run is whole", () => {
  const cwd = folder(3);
  const shards = [1, 2, 3, 4, 5, 6, 7, 8].map((index) => {
    const { status } = evals(cwd, "run", "suite.yaml", "--shard", `${index}/8`, "--out", `shards/${index}`);
    expect(status).toBe(0);
    return index;
  });
  expect(shards).toHaveLength(8);
  const merged = evals(cwd, "merge", ...readdirSync(join(cwd, "shards")).map((name) => `shards/${name}`));
  expect(merged.status).toBe(0);
});

test.each(["0/4", "5/4", "2", "a/b"])("--shard %s is told", (shard) => {
  const { status, stderr } = evals(folder(3), "run", "suite.yaml", "--shard", shard);
  expect(status).toBe(2);
  expect(stderr).toContain("--shard takes I/N");
});
