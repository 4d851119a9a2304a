import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { describe, expect, test } from "vitest";
import { backends } from "../../src/backends/registry.ts";
import { scorers } from "../../src/scorers/registry.ts";
import { workflows } from "../../src/workflows/registry.ts";
import { program } from "./said.ts";

const SIMULATED = "m: { backend: simulated }";
const PLAIN = "exact: { expected: '4' }";

/** A folder with a suite, and a module that leaves a file behind wherever it is loaded. */
function folder({ models = SIMULATED, judges = "", scorer = PLAIN }): string {
  const cwd = mkdtempSync(join(tmpdir(), "evals-no-code-"));
  writeFileSync(
    join(cwd, "theirs.mjs"),
    `import { appendFileSync } from "node:fs";
appendFileSync(new URL("loaded.txt", import.meta.url), "loaded ");
export default () => "4";
export const score = () => 1;
export const work = async ({ ask }) => (await ask({ step: "one" })).text;
`,
  );
  writeFileSync(join(cwd, "cases.jsonl"), '{"id":"a","q":"2+2"}\n{"id":"b","q":"3+1"}\n');
  writeFileSync(
    join(cwd, "suite.yaml"),
    `name: s
models: { ${models} }
${judges}tasks: { t: { dataset: cases.jsonl, prompt: "{{ q }}", scorers: [{ ${scorer} }] } }
`,
  );
  return cwd;
}

const MODULE_SCORER = "module: { path: theirs.mjs, function: score }";
const places: readonly (readonly [string, Parameters<typeof folder>[0], string])[] = [
  [
    "a model",
    { models: "m: { backend: module, path: theirs.mjs }" },
    'model "m" runs the code of theirs.mjs',
  ],
  [
    "a workflow",
    {
      models: `${SIMULATED}, w: { model_of: m, workflow: { module: { path: theirs.mjs, function: work } } }`,
    },
    'model "w" runs the code of theirs.mjs',
  ],
  [
    "a judge",
    {
      judges: "judges: { j: { backend: module, path: theirs.mjs } }\n",
      scorer: "judge: { model: j, rubric: Good. }",
    },
    'model "j" runs the code of theirs.mjs',
  ],
  ["a scorer", { scorer: MODULE_SCORER }, 'scorer "module" of task "t" runs the code of theirs.mjs'],
  [
    "a part of a scorer",
    { scorer: `all: { scorers: [exact: { expected: '4' }, any: { scorers: [${MODULE_SCORER}] }] }` },
    'scorer "all" of task "t" runs the code of theirs.mjs',
  ],
  [
    "a scorer in the sandbox",
    { scorer: 'mean: { scorers: [unit-tests: { language: javascript, tests: ["assert(true)"] }] }' },
    'scorer "mean" of task "t" runs code in the sandbox',
  ],
];

describe("--no-code refuses the code of a suite: exit 2, nothing is sent, nothing is loaded", () => {
  test.each(places)(
    "of %s",
    async (_, parts, message) => {
      const cwd = folder(parts);
      for (const command of ["run", "validate", "plan", "doctor"]) {
        const { code, stderr } = await program([command, "suite.yaml", "--no-code"], { cwd });
        expect([command, code], stderr).toEqual([command, 2]);
        expect(stderr).toContain(`error[E1129]: ${message}`);
        expect(stderr).toMatch(/suite\.yaml:\d+:\d+/);
        expect(stderr).toContain("0 calls made");
      }
      const variables = { EVALS_NO_CODE: "1" };
      expect((await program(["run", "suite.yaml"], { cwd, variables })).code).toBe(2);
      expect(readdirSync(cwd).toSorted()).toEqual(["cases.jsonl", "suite.yaml", "theirs.mjs"]);
    },
    60_000,
  );

  test("and lets a suite without code run", async () => {
    const cwd = folder({});
    const { code, stderr } = await program(["run", "suite.yaml", "--no-code"], { cwd });
    expect(code, stderr).toBe(0);
    expect(stderr).not.toContain("runs code");
  });
});

test("without the flag a run says whose code it runs before it does", async () => {
  const cwd = folder({ scorer: MODULE_SCORER });
  const { code, stderr } = await program(["run", "suite.yaml"], { cwd });
  expect(code, stderr).toBe(0);
  expect(stderr).toMatch(/^this suite runs code: theirs\.mjs \(--no-code refuses it\)\n/);
  expect(existsSync(join(cwd, "loaded.txt"))).toBe(true);
});

test("a stored run that is only read runs no code of its suite: it may be a stranger's", async () => {
  const cwd = folder({ scorer: MODULE_SCORER });
  await program(["run", "suite.yaml"], { cwd });
  const [id = ""] = readdirSync(join(cwd, "results/s"));
  rmSync(join(cwd, "results/s", id, "scores.jsonl"));
  rmSync(join(cwd, "loaded.txt"));
  for (const command of ["gate", "compare", "report"]) {
    const { code, stderr } = await program([command, "latest"], { cwd });
    expect([command, code], stderr).toEqual([command, 4]);
    expect(stderr).toContain("error[E3112]: ");
    expect(stderr).toContain("runs the code of theirs.mjs");
    expect(stderr.replaceAll(/\s+/g, " ")).toContain(
      `evals resume ${id} makes its scores again with that code`,
    );
  }
  expect((await program(["resume", "latest", "--no-code"], { cwd })).code).not.toBe(0);
  expect(existsSync(join(cwd, "loaded.txt"))).toBe(false);
  expect((await program(["resume", "latest"], { cwd })).code).toBe(0);
  expect((await program(["report", "latest"], { cwd })).code).toBe(0);
});

describe("no place where code can start is forgotten", () => {
  const root = join(import.meta.dirname, "../../src");
  const files = readdirSync(root, { recursive: true, encoding: "utf8" }).filter((file) =>
    file.endsWith(".ts"),
  );
  const read = (file: string) => readFileSync(join(root, file), "utf8");

  test("every file that starts a thread, a process or a computed import is known, with what keeps it", () => {
    const starts =
      /node:worker_threads|node:child_process|node:vm\b|new Function\b|createJiti|(?:await|return|[?:=(]) *import\((?!["'])/;
    const known = {
      // The code of a suite: `modules` of its shelf says so.
      "backends/module-thread.ts": "backend and workflow module",
      "scorers/module-runner.ts": "scorer module",
      // The code of answers and of tests: `engines` of its scorer says so.
      "sandbox/javascript-source.ts": "strips types for engine javascript",
      "sandbox/javascript-thread.ts": "engine javascript",
      "sandbox/python-command.ts": "engine python",
      "sandbox/python-process.ts": "engine python",
      "sandbox/python-seat.ts": "engine python",
      "sandbox/sql-thread.ts": "engine sql",
      "sandbox/thread-seat.ts": "engines javascript and sql",
      // Our own code alone.
      "cli/opener.ts": "opens a report in the browser",
      "importers/promptfoo/javascript.ts": "looks whether a text is an expression",
      "scorers/score-pool.ts": "our scorers",
      "scorers/score-thread.ts": "our scorers",
      "scorers/time-box.ts": "our parsers and regular expressions under a limit of time",
    };
    expect(
      files
        .filter((file) => starts.test(read(file)))
        .map((file) => relative(".", file))
        .toSorted(),
    ).toEqual(Object.keys(known).toSorted());
  });

  test("every item of a shelf that is given what runs code tells it", () => {
    const path = { path: "theirs.mjs", function: "default" };
    const uses = (folder: string, what: RegExp) =>
      files.filter((file) => file.startsWith(`${folder}/`) && what.test(read(file))).toSorted();
    expect(uses("scorers", /ports\.modules/)).toEqual(["scorers/module.ts"]);
    expect(scorers.get("module")?.modules(path)).toEqual(["theirs.mjs"]);
    const sandboxed = [...scorers.values()].filter(
      ({ engines }) => engines({ language: "javascript" }).length > 0,
    );
    expect(uses("scorers", /sandbox-limits\.ts/)).toEqual(
      sandboxed.map(({ name }) => `scorers/${name}.ts`).toSorted(),
    );
    expect(uses("backends", /module-target\.ts|moduleThread\(/)).toEqual([
      "backends/module-target.ts",
      "backends/module-thread.ts",
      "backends/module.ts",
    ]);
    expect(backends.get("module")?.modules?.(path)).toEqual(["theirs.mjs"]);
    expect(uses("workflows", /userFunction: (?:\{|\(\{)/)).toEqual(["workflows/module.ts"]);
    expect(workflows.get("module")?.bind(path).userFunction).toEqual({ path: "theirs.mjs", name: "default" });
  });
});
