import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";

const main = join(import.meta.dirname, "../../dist/cli/main.js");
const cwd = mkdtempSync(join(tmpdir(), "evals-compare-"));

function evals(...args: readonly string[]) {
  return spawnSync(process.execPath, [main, ...args], { cwd, encoding: "utf8" });
}

function suite(nextAccuracy: number): string {
  return `name: two
models:
  now: { backend: simulated, model: now, accuracy: 0.95, wrong: ["no"] }
  next: { backend: simulated, model: next, accuracy: ${nextAccuracy}, wrong: ["no \\e[31m"] }
tasks:
  qa:
    dataset: cases.jsonl
    prompt: "{{ question }}"
    slices: [half]
    scorers:
      - exact: { expected: "{{ answer }}" }
gate:
  baseline: now
  candidates: [next]
  require:
    - { metric: score, margin: 0.05 }
`;
}

function dataset(changed: number): string {
  return Array.from({ length: 200 }, (_, at) =>
    JSON.stringify({
      id: `c${at}`,
      half: at % 2 === 0 ? "even" : "odd",
      question: `What is ${at} + 1${at < changed ? ", please" : ""}?`,
      answer: String(at + 1),
    }),
  ).join("\n");
}

const ids = () => readdirSync(join(cwd, "results/two")).toSorted();

beforeAll(() => {
  writeFileSync(join(cwd, "suite.yaml"), suite(0.6));
  writeFileSync(join(cwd, "cases.jsonl"), dataset(0));
  evals("run", "suite.yaml");
});

describe("a comparison within a run", () => {
  test("shows difference, counts, slices and the cause, in 80 columns", () => {
    const { status, stdout } = evals("compare", "latest");
    expect(status).toBe(0);
    for (const line of stdout.split("\n")) expect([...line].length).toBeLessThanOrEqual(80);
    expect(stdout).toMatch(/^next \(simulated\) against now \(simulated\)\n/);
    expect(stdout).toMatch(/both right \d+, only now \d+, only next \d+, both wrong \d+/);
    expect(stdout).toMatch(/! half=(even|odd)/);
    expect(stdout).toContain("difference in points by cause: wrong -");
  });

  test("shows the worst flipped cases with both answers and the scorers' reasons, made harmless", () => {
    const { stdout } = evals("compare", "latest", "--cases", "3");
    const shown = stdout.split("The worst of the cases that flipped\n")[1] ?? "";
    expect(shown.match(/^qa\/c\d+: 100\.0 % to 0\.0 %$/gm)).toHaveLength(3);
    expect(shown).toMatch(/ {2}now: "\d+"\n {4}exact: /);
    expect(shown).toContain('  next: "no \\u{1b}[31m"');
    expect(stdout).not.toContain("\u001b");
  });

  test("is one JSON document on request, the same bytes twice", () => {
    const once = evals("compare", "latest", "--json", "--cases", "1").stdout;
    expect(evals("compare", "latest", "--json", "--cases", "1").stdout).toBe(once);
    const document = JSON.parse(once);
    expect(document).toMatchObject({ schema: 1, command: "compare" });
    expect(document.comparisons[0].flippedAnswers[0].candidateAnswer).toMatchObject({ score: 0 });
  });

  test.each([
    [["--baseline", "noww"], 'no model "noww" in this run'],
    [["--candidate", "now"], '"now" would be compared with itself'],
    [["--margin", "3"], "--margin takes a number from 0 to 1"],
    [["--cases", "0"], "--cases takes a whole number of at least 1"],
  ])("refuses %j", (flags, message) => {
    const { status, stderr, stdout } = evals("compare", "latest", ...flags);
    expect(status).toBe(2);
    expect(stderr).toContain(message);
    expect(stdout).toBe("");
  });
});

describe("two runs", () => {
  beforeAll(() => {
    writeFileSync(join(cwd, "suite.yaml"), suite(0.95));
    writeFileSync(join(cwd, "cases.jsonl"), dataset(7));
    evals("run", "suite.yaml");
  });

  test("are compared by case and content: those that changed are counted and left out", () => {
    const [first = "", second = ""] = ids();
    const { status, stdout } = evals("compare", first, second, "--baseline", "now", "--candidate", "now");
    expect(status).toBe(0);
    expect(stdout).toMatch(new RegExp(`^baseline: run ${first} of .*\\ncandidate: run ${second} of `));
    expect(stdout).toContain("now (simulated) against now (simulated)");
    expect(stdout).toContain("7 cases changed between the runs and left out");
  });

  test("give a gate the baseline of one and the candidate of the other", () => {
    const [first = "", second = ""] = ids();
    expect(evals("gate", first).status).toBe(1);
    const { status, stdout } = evals("gate", second, "--baseline", first);
    expect([0, 3]).toContain(status);
    expect(stdout).toContain("193 cases");
    expect(evals("gate", first, "--baseline", second).status).toBe(1);
  });
});
