import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";

const main = join(import.meta.dirname, "../../dist/cli/main.js");

function suite(more = ""): string {
  return `name: planned
models:
  now: { backend: simulated, model: now, accuracy: 0.9, wrong: ["no"], price: { input: 2, output: 8 } }
  next: { backend: simulated, model: next, accuracy: 0.9, wrong: ["no"], price: { input: 1, output: 4 } }
settings: { max_tokens: 10${more} }
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
    - { metric: score, margin: 0.03 }
    - { metric: score, where: { half: even }, margin: 0.05 }
    - { metric: score, where: { tags: must-pass }, at_least: 1 }
    - { metric: cost, at_most: 0.6x }
`;
}

/** A folder with a suite of so many cases; each prompt has 40 bytes. */
function workplace(cases: number, more = "") {
  const cwd = mkdtempSync(join(tmpdir(), "evals-plan-"));
  writeFileSync(join(cwd, "suite.yaml"), suite(more));
  const rows = Array.from({ length: cases }, (_, at) =>
    JSON.stringify({
      id: `c${at}`,
      half: at % 2 === 0 ? "even" : "odd",
      tags: at < 10 ? ["must-pass"] : [],
      question: `What is ${at} + 1?`.padEnd(40, "."),
      answer: String(at + 1),
    }),
  );
  writeFileSync(join(cwd, "cases.jsonl"), rows.join("\n"));
  const evals = (...args: readonly string[]) =>
    spawnSync(process.execPath, [main, ...args], { cwd, encoding: "utf8" });
  return { cwd, evals };
}

describe("without an earlier run", () => {
  test("counts calls, estimates tokens and cost, bounds the answers by max_tokens, and sends nothing", () => {
    const { cwd, evals } = workplace(200, ", repeats: 3");
    const { status, stdout } = evals("plan", "suite.yaml", "--json");
    expect(status).toBe(0);
    const { forecast, schema, cases } = JSON.parse(stdout);
    expect({ schema, cases }).toEqual({ schema: 1, cases: 200 });
    // 40 bytes / 4 + 4 for the message: 14 tokens a prompt.
    expect(forecast.models[0]).toMatchObject({
      calls: 600,
      inputTokens: 8400,
      outputTokens: null,
      mostOutputTokens: 6000,
      costUsd: null,
      timeMs: null,
    });
    expect(forecast.models[0].mostCostUsd).toBeCloseTo((8400 * 2 + 6000 * 8) / 1e6, 12);
    expect(forecast.total.calls).toBe(1200);
    expect(existsSync(join(cwd, "results"))).toBe(false);
  });

  test("gives the exact power at the discordance that the user says, rule by rule", () => {
    const { evals } = workplace(200);
    const { gate } = JSON.parse(evals("plan", "suite.yaml", "--discordance", "0.1", "--json").stdout);
    const [all, even] = gate.statements;
    expect(all).toMatchObject({ margin: 0.03, cases: 200, method: "exact", differ: 0.1, wantedPower: 0.9 });
    expect(even).toMatchObject({ margin: 0.05, cases: 100, casesWithoutDifference: 59 });
    // Two rules: each at 90 %, one more than the 80 % that need 714.
    expect(all.casesNeeded).toBeGreaterThan(930);
    expect(gate.mustPass).toEqual([
      { rule: "score where tags=must-pass", cases: 10, failureRateBelow: expect.closeTo(1 - 0.05 ** 0.1, 9) },
    ]);
    expect(gate.notForecast).toEqual(["cost"]);
  });

  test("fits one screen of 80 columns and says what is assumed", () => {
    const { stdout } = workplace(200).evals("plan", "suite.yaml");
    for (const line of stdout.split("\n")) expect([...line].length).toBeLessThanOrEqual(80);
    expect(stdout.split("\n").length).toBeLessThan(40);
    expect(stdout).toContain("15.0 % ?");
    expect(stdout).toContain("planned: 200 cases, 400 calls; nothing is sent");
  });

  test("warns that 98 cases can never prove a margin of 3 points, and not that 99 cannot", () => {
    const warning = /a margin of 3\.0 points on qa needs at least 99 cases, even if not one\s+answer differs/;
    expect(workplace(98).evals("plan", "suite.yaml").stdout).toMatch(warning);
    expect(workplace(99).evals("plan", "suite.yaml").stdout).not.toMatch(warning);
  });
});

describe("with an earlier run", () => {
  const { evals, cwd } = workplace(120, ", repeats: 2");
  evals("run", "suite.yaml", "--limit", "60");

  test("goes by its tokens, times and disagreements", () => {
    const { forecast, gate, earlierRuns } = JSON.parse(evals("plan", "suite.yaml", "--json").stdout);
    expect(earlierRuns).toHaveLength(1);
    const [now] = forecast.models;
    expect(now.measured).toBe(true);
    expect(now.outputTokens).toBeGreaterThan(0);
    expect(now.costUsd).toBeCloseTo((now.inputTokens * 2 + now.outputTokens * 8) / 1e6, 6);
    expect(now.costUsd).toBeLessThan(now.mostCostUsd);
    expect(forecast.total.timeMs).toBeGreaterThan(0);
    expect(gate.statements[0]).toMatchObject({ source: "pilot", pairs: 60, method: "scaled-exact" });
    expect(gate.statements[0].byRepeats.map(({ repeats }: { repeats: number }) => repeats)).toEqual([
      1, 3, 5, 10,
    ]);
  });

  test("does not go by what was asked another way", () => {
    writeFileSync(
      join(cwd, "other.yaml"),
      suite(", repeats: 2").replace("{{ question }}", "{{ question }}!"),
    );
    const { forecast, gate } = JSON.parse(evals("plan", "other.yaml", "--json").stdout);
    expect(forecast.models[0].measured).toBe(false);
    expect(gate.statements[0].source).toBe("assumed");
    const named = JSON.parse(evals("plan", "other.yaml", "--pilot", "latest", "--json").stdout);
    expect(named.forecast.models[0].measured).toBe(true);
  });

  test("shows what repeats would gain, and the same bytes twice", () => {
    const once = evals("plan", "suite.yaml").stdout;
    expect(once).toMatch(/power by repeats, next on qa(, half=even)?: 1x/);
    expect(evals("plan", "suite.yaml").stdout).toBe(once);
  });
});

test("a budget is held against the forecast", () => {
  const { evals } = workplace(100);
  const { stdout } = evals("plan", "suite.yaml", "--budget-calls", "150", "--budget-usd", "5");
  expect(stdout).toContain("budget of 150 calls: stops the run early\nbudget of $5.00: enough\n");
  expect(evals("plan", "suite.yaml", "--budget-usd", "0.001").stdout).toContain(
    "budget of $0.001: may stop the run early",
  );
});

test("a faulty suite exits 2 with every fault, a wrong flag exits 2", () => {
  const { cwd, evals } = workplace(5);
  writeFileSync(join(cwd, "suite.yaml"), suite().replace("margin: 0.03", "margn: 0.03"));
  const faulty = evals("plan", "suite.yaml");
  expect(faulty.status).toBe(2);
  expect(faulty.stderr).toContain('unknown key "margn"');
  writeFileSync(join(cwd, "suite.yaml"), suite());
  expect(evals("plan", "suite.yaml", "--power", "0.3").status).toBe(2);
  expect(evals("plan", "suite.yaml", "--discordance", "10").status).toBe(2);
  expect(evals("plan", "suite.yaml", "--filter", "task=none").status).toBe(2);
});
