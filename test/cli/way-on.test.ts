import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";

const main = join(import.meta.dirname, "../../dist/cli/main.js");

/** Two models that are always right, on 60 cases: the first few would prove a margin as wide as this. */
function folder(): string {
  const cwd = mkdtempSync(join(tmpdir(), "evals way on-"));
  const cases = Array.from({ length: 60 }, (_, at) => JSON.stringify({ id: `c${at}`, q: `${at}`, a: "4" }));
  writeFileSync(join(cwd, "cases.jsonl"), `${cases.join("\n")}\n`);
  writeFileSync(join(cwd, "answer.mjs"), 'export default () => ({ text: "4" });\n');
  writeFileSync(
    join(cwd, "suite.yaml"),
    `name: way-on
models:
  now: { backend: module, path: answer.mjs }
  next: { backend: module, path: answer.mjs }
tasks:
  t: { dataset: cases.jsonl, prompt: "{{ q }}", scorers: [{ exact: { expected: "{{ a }}" } }] }
gate: { baseline: now, candidates: [next], require: [{ metric: score, margin: 0.5 }] }
`,
  );
  return cwd;
}

function evals(cwd: string, args: readonly string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [main, ...args], { cwd, encoding: "utf8" });
  return { status, stdout, stderr, lines: `${stdout}${stderr}`.split("\n") };
}

/** The command after these words, taken apart as a shell does. */
function commandAfter(words: string, said: string): readonly string[] {
  const line =
    said
      .slice(said.indexOf(words) + words.length)
      .trimStart()
      .split("\n")[0] ?? "";
  const typed = line.replace(/^npx evals /, "");
  return (typed.match(/'[^']*'|\S+/g) ?? []).map((part) => part.replaceAll("'", ""));
}

describe("a run that its budget stopped", () => {
  test.each([
    ["where runs go unasked", []],
    ["in a folder of its own", ["--out", "else where"]],
  ])("ends with a command that finishes it, %s", (_, out) => {
    const cwd = folder();
    const capped = evals(cwd, ["run", "suite.yaml", "--gate", "--budget-calls", "80", ...out]);
    expect(capped.status).toBe(3);
    expect(capped.stdout).toContain("The gate was not judged: the run is not over.");
    expect(capped.stderr).toContain("40 of 120 samples were not asked: exit 3");
    // A command stays in one piece, however long the path in it.
    expect(capped.lines.filter((line) => [...line].length > 80 && !line.includes("evals"))).toEqual([]);
    const command = commandAfter("go on with a larger budget:", capped.stderr);
    expect(command).toContain("--gate");
    const finished = evals(cwd, command);
    expect(finished.status).toBe(0);
    expect(finished.stderr).toContain("80 of 120 answers are there already");
    expect(finished.stdout).toContain("SAFE");
    // It went on with the cache that it began with.
    expect(readdirSync(cwd).includes("results")).toBe(out.length === 0);
  });

  test("is judged by no gate, however safe what was asked looks", () => {
    const cwd = folder();
    evals(cwd, ["run", "suite.yaml", "--budget-calls", "80"]);
    const gate = evals(cwd, ["gate", "latest"]);
    expect(gate.status).toBe(3);
    expect(gate.stdout).toBe(
      "The gate was not judged: the run is not over. 40 planned samples have no score.\n",
    );
    const { report } = JSON.parse(evals(cwd, ["gate", "latest", "--json"]).stdout);
    expect(report).toMatchObject({ gate: null, notJudged: "the run is not over", comparisons: [] });
    expect(evals(cwd, ["report", "latest"]).stdout).toContain(
      "The gate was not judged: the run is not over. 40 planned samples have no score.",
    );
    const more = commandAfter("go on with a larger budget:", gate.stderr);
    expect(evals(cwd, more).status).toBe(0);
    expect(evals(cwd, ["gate", "latest"])).toMatchObject({ status: 0, stderr: "" });
  });

  test("says that a budget is smaller than what was spent before, not that it was exceeded", () => {
    const cwd = folder();
    evals(cwd, ["run", "suite.yaml", "--budget-calls", "80"]);
    const less = evals(cwd, ["resume", "latest", "--budget-calls", "50"]);
    expect(less.status).toBe(3);
    expect(less.stderr).toContain("the budget is smaller than what was spent before: 80 of 50 calls");
  });
});
