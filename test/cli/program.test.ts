import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";

const root = join(import.meta.dirname, "../..");
const main = join(root, "dist/cli/main.js");

function evals(args: readonly string[], cwd: string) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [main, ...args], { cwd, encoding: "utf8" });
  return { status, stdout, stderr };
}

const folder = () => mkdtempSync(join(tmpdir(), "evals-cli-"));

test("the quickstart finds one swap safe, one unsafe and one undecided, and says that all is simulated", () => {
  const cwd = folder();
  const { status, stdout } = evals(["run", join(root, "evals/quickstart.yaml")], cwd);
  expect(status).toBe(0);
  expect(stdout).toMatch(/SAFE \(simulated\).*sim-safe/s);
  expect(stdout).toMatch(/UNSAFE \(simulated\).*sim-unsafe/s);
  expect(stdout).toMatch(/INCONCLUSIVE \(simulated\).*sim-undecided/s);
});

test("a gate with an unsafe candidate exits 1, at once and on the stored run", () => {
  const cwd = folder();
  expect(evals(["run", join(root, "evals/quickstart.yaml"), "--gate", "--json"], cwd).status).toBe(1);
  expect(evals(["gate", "latest"], cwd).status).toBe(1);
  const [run = ""] = readdirSync(join(cwd, "results/quickstart"));
  const manifest = JSON.parse(readFileSync(join(cwd, "results/quickstart", run, "run.json"), "utf8"));
  expect(manifest.verdicts).toEqual([
    { candidate: "sim-safe", verdict: "safe" },
    { candidate: "sim-unsafe", verdict: "unsafe" },
    { candidate: "sim-undecided", verdict: "inconclusive" },
  ]);
});

test("scores changed by hand change no verdict: they are made again from the answers", () => {
  const cwd = folder();
  evals(["run", join(root, "evals/quickstart.yaml")], cwd);
  const before = evals(["gate", "latest"], cwd);
  const [run = ""] = readdirSync(join(cwd, "results/quickstart"));
  const file = join(cwd, "results/quickstart", run, "scores.jsonl");
  writeFileSync(file, readFileSync(file, "utf8").replaceAll('"score":0', '"score":1'));
  const after = evals(["gate", "latest"], cwd);
  expect(after).toMatchObject({ status: 1, stdout: before.stdout });
  expect(after.stderr).toContain("is not what run.json says");
});

test("a run with failed calls exits 3 and never passes its gate", () => {
  const cwd = folder();
  evals(["init"], cwd);
  const suite = join(cwd, "evals/starter.yaml");
  const text = readFileSync(suite, "utf8").replaceAll("accuracy: 0.9", "accuracy: 1, failure_rate: 0.5");
  writeFileSync(suite, text);
  const { status, stderr } = evals(["run", suite], cwd);
  expect(status).toBe(3);
  expect(stderr).toMatch(/sim-(current|proposed): \d+ samples? failed(, the first)?: simulated failure/);
  expect(evals(["run", suite, "--gate"], cwd).status).toBe(3);
  expect(evals(["list"], cwd).stdout).toMatch(/^\S+ +starter +24 +\d+ without a score/m);
});

test("past runs are listed by their words, and no run id is cut", () => {
  const cwd = folder();
  evals(["run", join(root, "evals/quickstart.yaml")], cwd);
  const [run = ""] = readdirSync(join(cwd, "results/quickstart"));
  const { stdout } = evals(["list"], cwd);
  expect(stdout).toContain(`${run}  quickstart  4,000    1 safe, 1 unsafe, 1 inconclusive\n`);
  expect(Math.max(...stdout.split("\n").map((line) => line.length))).toBeLessThanOrEqual(80);
});

test("a misspelt flag is answered with the one that was meant", () => {
  const { status, stderr } = evals(["run", "suite.yaml", "--repeat", "2"], folder());
  expect(status).toBe(2);
  expect(stderr).toContain("Did you mean --repeats?");
});

test("every fault of a suite is told at once with its place, and nothing is sent", () => {
  const cwd = folder();
  evals(["init"], cwd);
  const suite = join(cwd, "evals/starter.yaml");
  const text = readFileSync(suite, "utf8").replace("scorers:", "scorer:").replace("margin:", "margn:");
  writeFileSync(suite, text);
  const { status, stderr } = evals(["run", suite], cwd);
  expect(status).toBe(2);
  expect(stderr).toContain('unknown key "scorer"');
  expect(stderr).toContain('did you mean "scorers"?');
  expect(stderr).toContain('unknown key "margn"');
  expect(stderr).toContain("0 calls made.");
});

test("a misspelt option of a scorer is told even where its other options are templates", () => {
  const cwd = folder();
  evals(["init"], cwd);
  const suite = join(cwd, "evals/starter.yaml");
  const text = readFileSync(suite, "utf8").replace(/- choice: .*/, "- exact: { ignore_csae: true }");
  writeFileSync(suite, text);
  const { status, stderr } = evals(["validate", suite], cwd);
  expect(status).toBe(2);
  expect(stderr).toContain('unknown option "ignore_csae"');
  expect(stderr).toContain('did you mean "ignore_case"?');
});

test("a prompt that reads a field no case has is told before any call", () => {
  const cwd = folder();
  evals(["init"], cwd);
  const suite = join(cwd, "evals/starter.yaml");
  writeFileSync(suite, readFileSync(suite, "utf8").replace("{{ body }}", "{{ bdy }}"));
  const { status, stderr } = evals(["validate", suite], cwd);
  expect(status).toBe(2);
  expect(stderr).toContain("did you mean {{ body }}?");
});

test("the suites that ship are valid", () => {
  const names = readdirSync(join(root, "evals")).map((name) => join(root, "evals", name));
  const { status, stderr } = evals(["validate", ...names], folder());
  expect(stderr).toBe("");
  expect(status).toBe(0);
});

test("a missing key stops a run with exit 4 before any case is sent", () => {
  const cwd = folder();
  const suite = join(root, "evals/support-tickets.yaml");
  const { OPENAI_API_KEY: _, ...env } = process.env;
  const { status, stderr } = spawnSync(process.execPath, [main, "run", suite], {
    cwd,
    env,
    encoding: "utf8",
  });
  expect(status).toBe(4);
  expect(stderr).toContain("OPENAI_API_KEY");
});

test("an unknown command names the one that was meant", () => {
  const { status, stderr } = evals(["rnu"], folder());
  expect(status).toBe(2);
  expect(stderr).toContain('Did you mean "run"?');
});

test("an unknown command is one JSON document with --json", () => {
  const { status, stdout } = evals(["rnu", "--json"], folder());
  expect(status).toBe(2);
  expect(JSON.parse(stdout)).toEqual({
    schema: 1,
    error: { code: "E1001", message: 'there is no command "rnu"', hint: 'Did you mean "run"?' },
  });
});

test("a command says what it needs, and what is one too many", () => {
  expect(evals(["run"], folder()).stderr).toContain("evals run needs SUITE\n");
  expect(evals(["doctor", "a", "b"], folder()).stderr).toContain('takes [SUITE]: "b" is one too many');
});
