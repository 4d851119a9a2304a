import { spawnSync } from "node:child_process";
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { z } from "zod";

const root = join(import.meta.dirname, "..");
const project = mkdtempSync(join(tmpdir(), "evals-vitest-"));

/** A team's project: the packed files of evals and its dependencies as they are installed. */
function install(): void {
  const modules = join(project, "node_modules");
  mkdirSync(join(modules, "evals"), { recursive: true });
  for (const name of ["dist", "package.json"])
    cpSync(join(root, name), join(modules, "evals", name), { recursive: true });
  for (const name of readdirSync(join(root, "node_modules")).filter((entry) => !entry.startsWith(".")))
    symlinkSync(join(root, "node_modules", name), join(modules, name));
  writeFileSync(join(project, "package.json"), '{"type":"module"}');
}

const model = (accuracy: number, more = "") =>
  `{ backend: simulated, model: m, accuracy: ${accuracy}, wrong: ["no"]${more} }`;

function writeSuite(name: string, models: Readonly<Record<string, string>>): void {
  const all = { now: model(1), ...models };
  const lines = Object.entries(all).map(([key, value]) => `  ${key}: ${value}`);
  writeFileSync(
    join(project, `${name}.yaml`),
    `name: ${name}
models:
${lines.join("\n")}
tasks:
  qa: { dataset: cases.jsonl, prompt: "{{ question }}", scorers: [exact: { expected: "{{ answer }}" }] }
gate: { baseline: now, candidates: [${Object.keys(models).join(", ")}], require: [{ metric: score, margin: 0.1 }] }
`,
  );
}

const resultSchema = z.object({
  testResults: z.array(
    z.object({
      message: z.string(),
      assertionResults: z.array(
        z.object({ fullName: z.string(), status: z.string(), failureMessages: z.array(z.string()) }),
      ),
    }),
  ),
});

/** Runs vitest itself on one test file of the project. */
function vitest(file: string, source: string) {
  writeFileSync(join(project, file), source);
  const { status, stderr } = spawnSync(
    process.execPath,
    [
      join(root, "node_modules/vitest/vitest.mjs"),
      "run",
      file,
      "--reporter=json",
      `--outputFile=${file}.json`,
    ],
    { cwd: project, encoding: "utf8" },
  );
  const results = resultSchema.parse(JSON.parse(readFileSync(join(project, `${file}.json`), "utf8")));
  const [found] = results.testResults;
  return { status, stderr, message: found?.message ?? "", tests: found?.assertionResults ?? [] };
}

describe("evals/vitest in a team's own tests", { timeout: 120_000 }, () => {
  beforeAll(() => {
    install();
    const cases = Array.from({ length: 80 }, (_, at) => ({
      id: `c${at}`,
      question: `${at}?`,
      answer: `a${at}`,
    }));
    writeFileSync(join(project, "cases.jsonl"), cases.map((item) => JSON.stringify(item)).join("\n"));
    writeSuite("swap", { good: model(1), bad: model(0.2) });
    writeSuite("failing", { good: model(1, ", failure_rate: 0.5") });
  });

  test("evalSuite is one test for each candidate and one for the run", () => {
    const { status, tests } = vitest(
      "suite.test.ts",
      'import { evalSuite } from "evals/vitest";\nevalSuite("swap.yaml");\n',
    );
    expect(tests.map(({ fullName, status: state }) => [fullName, state])).toEqual([
      ["evals swap.yaml every planned sample has a score", "passed"],
      ["evals swap.yaml good is safe to swap in", "passed"],
      ["evals swap.yaml bad is safe to swap in", "failed"],
    ]);
    expect(tests[2]?.failureMessages[0]).toMatch(
      /UNSAFE \(simulated\): with 95 % confidence bad's mean score on qa/,
    );
    expect(status).toBe(1);
    expect(readdirSync(join(project, "results/swap"))).toHaveLength(1);
  });

  test("expectSafeSwap gives the verdicts of the candidates that it was asked about", () => {
    const { tests, status } = vitest(
      "expect.test.ts",
      `import { expect, test } from "vitest";
import { expectSafeSwap } from "evals/vitest";
test("good", async () => {
  const [verdict] = await expectSafeSwap("swap.yaml", { candidates: ["good"], out: "elsewhere" });
  expect(verdict).toMatchObject({ candidate: "good", baseline: "now", verdict: "safe", simulated: true });
}, 60_000);
test("all", () => expectSafeSwap("swap.yaml"), 60_000);
test("few", () => expectSafeSwap("swap.yaml", { candidates: ["good"], limit: 4, cache: false }), 60_000);
`,
    );
    expect(tests.map(({ fullName, status: state }) => [fullName, state])).toEqual([
      ["good", "passed"],
      ["all", "failed"],
      ["few", "failed"],
    ]);
    expect(tests[1]?.failureMessages[0]).toContain("UNSAFE");
    expect(tests[2]?.failureMessages[0]).toContain("INCONCLUSIVE");
    expect(readdirSync(join(project, "elsewhere/swap"))).toHaveLength(1);
    expect(status).toBe(1);
  });

  test("a run with failed calls, a faulty suite and a candidate that is not there fail", () => {
    const { tests, status } = vitest(
      "closed.test.ts",
      `import { test } from "vitest";
import { expectSafeSwap } from "evals/vitest";
test("failing", () => expectSafeSwap("failing.yaml"), 60_000);
test("missing", () => expectSafeSwap("missing.yaml"));
test("other", () => expectSafeSwap("swap.yaml", { candidates: ["goood"] }));
`,
    );
    expect(tests.map((item) => item.status)).toEqual(["failed", "failed", "failed"]);
    expect(tests[0]?.failureMessages[0]).toContain("samples without a score in run");
    expect(tests[1]?.failureMessages[0]).toContain("missing.yaml");
    expect(tests[2]?.failureMessages[0]).toContain("no candidate goood; it has good, bad");
    expect(status).toBe(1);
  });
});

test("the library runs a suite and decides on scores, as its page shows", () => {
  const page = readFileSync(join(root, "docs", "library.md"), "utf8");
  const [, code] = /```js\n(.*?)```/s.exec(page) ?? [];
  if (code === undefined) throw new Error("the page has no example");
  writeFileSync(join(project, "example.mjs"), code.replace("evals/support-tickets.yaml", "swap.yaml"));
  const { stdout, stderr } = spawnSync(process.execPath, ["example.mjs"], {
    cwd: project,
    encoding: "utf8",
  });
  expect(stderr).toBe("");
  const [run, decided] = stdout.trim().split("\n");
  expect(run).toMatch(/^\S+ 0 \[ 'good: inconclusive'/);
  expect(decided).toMatch(/^not shown to be safe: exact rules out a loss above 0\.\d+$/);
});
