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
import { expect, test } from "vitest";
import { start } from "./start.ts";

const root = join(import.meta.dirname, "../..");
const main = join(root, "dist/cli/main.js");

const evals = (cwd: string, args: readonly string[], program = main) => start(cwd, args, { program }).ended;

const fence = "```";
const ANSWERS = [
  { id: "add", output: `${fence}js\nfunction add(a, b) { return a + b; }\n${fence}` },
  { id: "most", output: `${fence}js\nexport const most = (list) => Math.max(...list);\n${fence}` },
];

/** The suite of the page, its dataset, and recorded answers to it. */
function pageFolder(): string {
  const page = readFileSync(join(root, "docs/sandbox.md"), "utf8");
  const block = (language: string) =>
    new RegExp(`${fence}${language}\n(.*?)${fence}`, "s").exec(page)?.[1] ?? "";
  const cwd = mkdtempSync(join(tmpdir(), "evals-sandbox-"));
  writeFileSync(join(cwd, "suite.yaml"), block("yaml"));
  writeFileSync(join(cwd, "functions.jsonl"), block("json"));
  writeFileSync(join(cwd, "answers.jsonl"), ANSWERS.map((answer) => `${JSON.stringify(answer)}\n`).join(""));
  return cwd;
}

test("the suite of docs/sandbox.md runs, and scores each answer by its tests", async () => {
  const cwd = pageFolder();
  const { code, stdout, stderr } = await evals(cwd, ["run", "suite.yaml"]);
  expect(stderr).not.toContain("error");
  expect(code).toBe(0);
  expect(stdout).toMatch(/recorded\b.*75\.0/);
  const [run = ""] = readdirSync(join(cwd, "results/coding"));
  const scores = readFileSync(join(cwd, "results/coding", run, "scores.jsonl"), "utf8");
  expect(scores).toContain("all 1 tests pass");
  expect(scores).toContain("1 of 2 tests pass");
});

test("without the packages a run makes no call, exits 4 and names the line that installs them", async () => {
  const installed = mkdtempSync(join(tmpdir(), "evals-bare-"));
  cpSync(join(root, "dist"), join(installed, "dist"), { recursive: true });
  cpSync(join(root, "package.json"), join(installed, "package.json"));
  mkdirSync(join(installed, "node_modules"));
  for (const name of readdirSync(join(root, "node_modules"))) {
    if (/^quickjs|^@jitl|^pyodide|^sql/.test(name)) continue;
    symlinkSync(join(root, "node_modules", name), join(installed, "node_modules", name));
  }
  const program = join(installed, "dist/cli/main.js");
  const cwd = pageFolder();
  const line =
    "npm install --save-dev quickjs-emscripten-core@0.32.0 @jitl/quickjs-wasmfile-release-sync@0.32.0";
  const run = await evals(cwd, ["run", "suite.yaml"], program);
  expect(run.code).toBe(4);
  expect(run.stderr).toContain(
    'error[E2008]: scorer "unit-tests" runs JavaScript in a sandbox whose packages are not installed',
  );
  expect(run.stderr).toContain("suite.yaml:9:9");
  expect(run.stderr).toContain(`Run: ${line}`);
  expect(readdirSync(cwd)).not.toContain("results");
  const doctor = await evals(cwd, ["doctor"], program);
  expect(doctor.stdout).toContain(`sandbox for javascript  is not installed (${line})`);
  expect((await evals(cwd, ["validate", "suite.yaml"], program)).code).toBe(0);
});

test("the versions of the install lines are those that are tested", () => {
  const { devDependencies, peerDependencies } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
  const page = readFileSync(join(root, "docs/sandbox.md"), "utf8");
  const named = [...page.matchAll(/`npm install --save-dev ([^`]+)`/g)].flatMap(([, names = ""]) =>
    names.split(" "),
  );
  expect(named.length).toBeGreaterThan(0);
  for (const name of named) {
    const [, plain = "", version] = /^(.+)@(.+)$/.exec(name) ?? [];
    expect([devDependencies[plain], peerDependencies[plain]], plain).toEqual([version, version]);
  }
});
