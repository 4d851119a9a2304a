import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";

const main = join(import.meta.dirname, "../../dist/cli/main.js");

interface Made {
  readonly next?: number;
  readonly stop?: string;
  readonly rules?: string;
  readonly cases?: number;
  readonly more?: string;
}

function suite({
  next = 0.9,
  stop = "stop: auto",
  rules = "- { metric: score, margin: 0.05 }",
}: Made): string {
  return `name: stopping
models:
  now: { backend: simulated, model: now, accuracy: 0.9, price: { input: 2.5, output: 10 } }
  next: { backend: simulated, model: next, accuracy: ${next}, price: { input: 0.5, output: 2 } }
settings: { seed: 5, concurrency: 4, max_tokens: 10 }
tasks:
  qa:
    dataset: cases.jsonl
    prompt: "{{ question }}"
    scorers:
      - exact: { expected: "{{ answer }}" }
gate:
  baseline: now
  ${stop}
  require:
    ${rules}
`;
}

function folder(made: Made = {}): string {
  const cwd = mkdtempSync(join(tmpdir(), "evals-early-"));
  const lines = Array.from({ length: made.cases ?? 600 }, (_, at) => {
    const tags = at % 50 === 3 ? ["must"] : [];
    return JSON.stringify({ id: `c${at}`, question: `What is ${at} + 1?`, answer: String(at + 1), tags });
  });
  writeFileSync(join(cwd, "suite.yaml"), suite(made));
  writeFileSync(join(cwd, "cases.jsonl"), `${lines.join("\n")}\n`);
  return cwd;
}

function evals(cwd: string, ...args: readonly string[]) {
  return spawnSync(process.execPath, [main, ...args], { cwd, encoding: "utf8" });
}

function runFile(cwd: string, name: string): string {
  const runs = join(cwd, "results/stopping");
  const [id = ""] = readdirSync(runs).toSorted().slice(-1);
  return join(runs, id, name);
}

function manifest(cwd: string) {
  return JSON.parse(readFileSync(runFile(cwd, "run.json"), "utf8"));
}

function answers(cwd: string): number {
  return readFileSync(runFile(cwd, "samples.jsonl"), "utf8").trimEnd().split("\n").length;
}

const decidedIn = (text: string) => /decided after (\d+) of 600 cases/.exec(text)?.[1];

describe("a run that may stop early", { timeout: 60_000 }, () => {
  test("ends when its gate is decided, is complete, and says what it saved", () => {
    const cwd = folder({ next: 0.93 });
    const done = evals(cwd, "run", "suite.yaml", "--gate");
    expect(done.status, done.stderr).toBe(0);
    const after = Number(decidedIn(done.stdout));
    expect(after).toBeLessThan(500);
    expect(done.stdout).toMatch(/decided after \d+ of 600 cases, \$[\d.]+ instead of \$[\d.]+/);
    expect(done.stdout).toMatch(/SAFE .*\n?.*\(margin 5\.0; \d+ of 600\s+cases;/);
    // What was in flight at the decision is all that was asked beyond it.
    expect(answers(cwd)).toBeLessThan(2 * after + 40);
    const { state, totals, early } = manifest(cwd);
    expect({ state, skipped: totals.skipped }).toEqual({ state: "finished", skipped: 0 });
    expect(early).toMatchObject({ stop: "auto", isOn: true, units: 600 });
    expect(early.decided).toEqual({ cases: after, spared: 1200 - 2 * after });
  });

  test("is judged the same by gate and report, from its answers, and is not asked again", () => {
    const cwd = folder({ next: 0.8 });
    const done = evals(cwd, "run", "suite.yaml", "--gate");
    expect(done.status).toBe(1);
    const gate = evals(cwd, "gate", "latest", "--json");
    expect(gate.status).toBe(1);
    const { early, gate: judged } = JSON.parse(gate.stdout).report;
    expect(String(early.decidedAfter)).toBe(decidedIn(done.stdout));
    const { observed } = judged.verdicts[0].rules[0].difference;
    expect(observed.method).toBe("betting");
    expect(observed).not.toHaveProperty("pInferior");
    for (const format of ["terminal", "markdown", "html"])
      expect(evals(cwd, "report", "latest", "--format", format).stdout).toContain("decided after");
    const before = answers(cwd);
    const again = evals(cwd, "resume", "latest", "--gate");
    expect(again.stderr).toContain("no call was made");
    expect(again.status).toBe(1);
    expect(answers(cwd)).toBe(before);
  });

  test("compares the cases that decided it, and says that it could stop", () => {
    const cwd = folder({ next: 0.8 });
    const after = decidedIn(evals(cwd, "run", "suite.yaml").stdout);
    const compared = JSON.parse(evals(cwd, "compare", "latest", "--json").stdout).comparisons[0];
    expect(String(compared.overall.compared)).toBe(after);
    expect(compared.overall.observed.method).toBe("betting");
    expect(compared.warnings.map(({ code }: { code: string }) => code)).toContain("early");
  });

  test("looks at a sub-score, and holds that every case passes only after the last one", () => {
    const rules = "- { metric: sub_score, scorer: exact, margin: 0.05 }";
    const more = "      - length: { name: short, unit: words, max: 3 }\ngate:";
    const two = (cwd: string) => {
      const file = join(cwd, "suite.yaml");
      writeFileSync(
        file,
        readFileSync(file, "utf8").replace("gate:", more.trimStart().replace(/^/, "      ")),
      );
      return cwd;
    };
    const lost = two(folder({ next: 0.7, stop: "stop: early", rules }));
    const done = evals(lost, "run", "suite.yaml", "--gate");
    expect(done.status, done.stderr).toBe(1);
    expect(Number(decidedIn(done.stdout))).toBeLessThan(400);
    expect(evals(lost, "gate", "latest").status).toBe(1);
    const all = two(
      folder({
        cases: 60,
        stop: "stop: early",
        rules: "- { metric: sub_score, scorer: short, at_least: 1 }",
      }),
    );
    const held = evals(all, "run", "suite.yaml", "--gate");
    expect(held.stdout.replaceAll(/\s+/g, " ")).toContain("0 of 60 failed");
    expect(held.status, held.stderr).toBe(0);
  });

  test("interrupted and resumed comes to the same decision after the same cases", () => {
    const whole = folder({ next: 0.93 });
    const once = evals(whole, "run", "suite.yaml", "--gate");
    const cwd = folder({ next: 0.93 });
    const part = evals(cwd, "run", "suite.yaml", "--gate", "--budget-calls", "150");
    expect(part.status).toBe(3);
    expect(manifest(cwd).early.decided).toBeNull();
    expect(evals(cwd, "gate", "latest").status).toBe(3);
    const rest = evals(cwd, "resume", "latest", "--gate", "--budget-calls", "5000");
    expect(rest.status, rest.stderr).toBe(0);
    expect(decidedIn(rest.stdout)).toBe(decidedIn(once.stdout));
    expect(manifest(cwd).verdicts).toEqual(manifest(whole).verdicts);
    expect(manifest(cwd).early.decided.cases).toBe(manifest(whole).early.decided.cases);
  });

  test("whose recorded decision is not that of its answers is refused by the gate", () => {
    const cwd = folder({ next: 0.93 });
    evals(cwd, "run", "suite.yaml");
    const { early, ...rest } = manifest(cwd);
    const decided = { ...early.decided, cases: early.decided.cases - 1 };
    writeFileSync(runFile(cwd, "run.json"), JSON.stringify({ ...rest, early: { ...early, decided } }));
    const gate = evals(cwd, "gate", "latest");
    expect(gate.status).toBe(4);
    expect(gate.stderr).toMatch(/decided after \d+ cases, not after \d+ cases/);
  });

  test("asks must-pass cases first, and ends at the first that fails", () => {
    const rules = `- { metric: score, margin: 0.05 }
    - { metric: score, where: { tags: must }, at_least: 1 }`;
    const cwd = folder({ next: 0.5, rules });
    const done = evals(cwd, "run", "suite.yaml", "--gate");
    expect(done.status).toBe(1);
    expect(Number(decidedIn(done.stdout))).toBeLessThanOrEqual(12);
    expect(done.stdout).toContain("must-pass cases failed");
  });

  test("goes on while a rule that cannot be bet on is open", () => {
    const rules = `- { metric: score, margin: 0.2 }
    - { metric: latency_p50, at_most: 1x }`;
    const cwd = folder({ rules });
    const done = evals(cwd, "run", "suite.yaml", "--gate");
    expect(done.status).toBe(3);
    expect(done.stdout).toContain("not decided before the last of 600 cases");
    expect(answers(cwd)).toBe(1200);
  });

  test("about its dataset only says so, and knows the answer at the last case", () => {
    const cwd = folder({ stop: "claim: dataset", cases: 80, rules: "- { metric: score, margin: 0.01 }" });
    const done = evals(cwd, "run", "suite.yaml", "--gate");
    expect(done.stdout).toContain("about these 80 cases only");
    expect([0, 1]).toContain(done.status);
  });

  test("judges another policy over the same cases, and leaves undecided what it did not plan", () => {
    const cwd = folder({ next: 0.93 });
    evals(cwd, "run", "suite.yaml");
    const wide = "- { metric: score, margin: 0.3 }";
    writeFileSync(join(cwd, "wide.yaml"), suite({ next: 0.93, rules: wide }));
    expect(evals(cwd, "gate", "latest", "--policy", "wide.yaml").status).toBe(0);
    const slice = "- { metric: score, where: { tags: must }, margin: 0.3 }";
    writeFileSync(join(cwd, "slice.yaml"), suite({ next: 0.93, rules: slice }));
    const unplanned = evals(cwd, "gate", "latest", "--policy", "slice.yaml");
    expect(unplanned.status).toBe(3);
    expect(unplanned.stdout.replace(/\s+/g, " ")).toContain("no case of its slice was planned");
  });

  test("is not judged against the answers of another run", () => {
    const cwd = folder({ next: 0.93 });
    evals(cwd, "run", "suite.yaml", "--out", "early");
    evals(cwd, "run", "suite.yaml", "--stop", "never");
    const gate = evals(
      cwd,
      "gate",
      "latest",
      "--baseline",
      join(cwd, "early/stopping", readdirSync(join(cwd, "early/stopping"))[0] ?? ""),
    );
    expect(gate.status).toBe(4);
    expect(gate.stderr).toContain("could stop early");
  });
});

describe("whether a run may stop early", { timeout: 60_000 }, () => {
  test.each([
    ["stop: auto", 199, false],
    ["stop: auto", 200, true],
    ["stop: early", 60, true],
    ["stop: never", 300, false],
    ["confidence: 0.95", 300, false],
  ])("%s with %i cases: %s, settled before the run and kept", (stop, cases, isOn) => {
    const cwd = folder({ stop, cases });
    evals(cwd, "run", "suite.yaml");
    expect(manifest(cwd).early.isOn).toBe(isOn);
    if (!isOn) expect(answers(cwd)).toBe(2 * cases);
  });

  test("auto counts the cases of the smallest margin", () => {
    const rules = `- { metric: score, margin: 0.05 }
    - { metric: score, where: { tags: must }, margin: 0.2 }`;
    const cwd = folder({ rules });
    evals(cwd, "run", "suite.yaml");
    expect(manifest(cwd).early.isOn).toBe(false);
  });

  test("the flag stands in for the gate's word", () => {
    const cwd = folder();
    evals(cwd, "run", "suite.yaml", "--stop", "never");
    expect(manifest(cwd).early).toMatchObject({ stop: "never", isOn: false, decided: null });
  });

  test.each([
    [["--stop", "early", "--shard", "1/2"], "a shard cannot stop early"],
    [["--stop", "early", "--filter", "model=now"], "cannot stop early"],
    [["--stop", "soon"], "--stop takes early, never, auto"],
  ])("%j is refused before anything is sent", (flags, words) => {
    const refused = evals(folder(), "run", "suite.yaml", ...flags);
    expect(refused.status).toBe(2);
    expect(refused.stderr).toContain(words);
  });

  test("a shard of a suite with stop: auto runs to its end", () => {
    const cwd = folder({ cases: 300 });
    expect(evals(cwd, "run", "suite.yaml", "--shard", "1/2").status).toBe(0);
    expect(manifest(cwd).early).toMatchObject({ stop: "auto", isOn: false });
  });

  test("a claim about the dataset that may not stop is a fault of the suite", () => {
    const refused = evals(folder({ stop: "stop: never\n  claim: dataset" }), "run", "suite.yaml");
    expect(refused.status).toBe(2);
    expect(refused.stderr).toContain("do not go together");
  });
});
