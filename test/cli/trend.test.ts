import { spawnSync } from "node:child_process";
import { appendFileSync, mkdtempSync, readdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeAll, expect, test } from "vitest";

const root = join(import.meta.dirname, "../..");
const cwd = mkdtempSync(join(tmpdir(), "evals-trend-"));

function evals(...args: readonly string[]) {
  return spawnSync(process.execPath, [join(root, "dist/cli/main.js"), ...args], { cwd, encoding: "utf8" });
}

beforeAll(() => {
  evals("init");
  evals("run", "evals/starter.yaml");
  evals("run", "evals/starter.yaml");
  appendFileSync(
    join(cwd, "datasets/starter.jsonl"),
    '{"id":"new","body":"Where is my bill?","expected":"billing"}\n',
  );
  evals("run", "evals/starter.yaml");
});

const runs = () => readdirSync(join(cwd, "results/starter")).toSorted();

test("past runs are lines of each model, broken where the dataset changed", () => {
  const { status, stdout } = evals("trend", "starter", "--json");
  expect(status).toBe(0);
  const document = JSON.parse(stdout);
  expect(document).toMatchObject({ schema: 1, command: "trend", suite: "starter", left: [] });
  const [line] = document.models;
  expect(line.segments.map(({ brokenBy }: { brokenBy: string | null }) => brokenBy)).toEqual([
    null,
    "the dataset of classify changed",
  ]);
  const [first, second] = line.segments[0].points;
  expect([first.run, second.run]).toEqual(runs().slice(0, 2));
  expect(first.score.lower).toBeLessThan(first.score.estimate);
  expect(first.latencyP50Ms.estimate).toBeGreaterThan(0);
  expect(evals("trend", "starter").stdout).toContain("not comparable: the dataset of classify changed");
});

test("--limit takes the newest runs", () => {
  const { models } = JSON.parse(evals("trend", "starter", "--limit", "1", "--json").stdout);
  expect(models[0].segments[0].points.map(({ run }: { run: string }) => run)).toEqual(runs().slice(-1));
});

test("a run that was changed by hand is left out and named", () => {
  const [first = ""] = runs();
  appendFileSync(join(cwd, "results/starter", first, "samples.jsonl"), "{}\n");
  const { stdout, stderr } = evals("trend", "starter", "--json");
  expect(JSON.parse(stdout).left).toHaveLength(1);
  expect(stderr).toContain(`left out: ${first}`);
});

test("a suite that was never run is refused, with the name that was meant", () => {
  const { status, stderr } = evals("trend", "startr");
  expect(status).toBe(4);
  expect(stderr).toContain("Did you mean starter?");
});
