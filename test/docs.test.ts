import { spawnSync } from "node:child_process";
import { copyFileSync, cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { backends } from "../src/backends/registry.ts";
import { COMMANDS } from "../src/cli/commands.ts";

const root = join(import.meta.dirname, "..");
const main = join(root, "dist/cli/main.js");
const pages = [
  "README.md",
  ...readdirSync(join(root, "docs"))
    .filter((name) => name.endsWith(".md"))
    .map((name) => `docs/${name}`),
];

/** The lines of the shell blocks and of the `run:` steps of a page. */
function commandLines(page: string): readonly string[] {
  const text = readFileSync(join(root, page), "utf8");
  const blocks = [...text.matchAll(/```sh\n(.*?)```/gs)].flatMap(([, body = ""]) => body.trim().split("\n"));
  const steps = [...text.matchAll(/^ *- run: (.*)$/gm)].map(([, line = ""]) => line);
  return [...blocks, ...steps];
}

/** A copy of what the pages speak of. */
function workplace(): string {
  const cwd = mkdtempSync(join(tmpdir(), "evals-docs-"));
  for (const folder of ["evals", "datasets"])
    cpSync(join(root, folder), join(cwd, folder), { recursive: true });
  return cwd;
}

/** Where the quickstart has been run once; pages that do not run it begin with a copy. */
let quickstarted: { readonly cwd: string; readonly stdout: string };
beforeAll(() => {
  const cwd = workplace();
  const { stdout } = spawnSync(process.execPath, [main, "run", "evals/quickstart.yaml"], {
    cwd,
    encoding: "utf8",
  });
  quickstarted = { cwd, stdout };
});

function quickstartedWorkplace(): string {
  const cwd = mkdtempSync(join(tmpdir(), "evals-docs-"));
  cpSync(quickstarted.cwd, cwd, { recursive: true });
  return cwd;
}

const NOT_OURS = /^(npm |jq )/;

function runLine(line: string, cwd: string) {
  const shown = /^git show origin\/main:(\S+) > (\S+)$/.exec(line);
  if (shown !== null) {
    const [, , to = ""] = shown;
    mkdirSync(dirname(join(cwd, "base", to)), { recursive: true });
    // The policy of the run that is there.
    copyFileSync(join(cwd, "evals/quickstart.yaml"), join(cwd, "base", to));
    return { status: 0, stderr: "" };
  }
  const words = line
    .replace(/^npm ci && /, "")
    .replace(/^npx evals /, "")
    .split(/\s+/);
  const args = words.map((word) => (word.startsWith("/tmp/") ? join(cwd, "base", word) : word));
  // What needs a key is planned and rendered, and not sent.
  const isReal = args[0] !== "run" || args[1] === "evals/quickstart.yaml";
  return spawnSync(process.execPath, [main, ...args, ...(isReal ? [] : ["--dry-run"])], {
    cwd,
    encoding: "utf8",
  });
}

describe.each(pages.filter((page) => commandLines(page).some((line) => line.includes("evals "))))(
  "%s",
  (page) => {
    test("every command in it runs", { timeout: 90_000 }, () => {
      const runsIt = commandLines(page).some((line) => line.endsWith("evals run evals/quickstart.yaml"));
      const cwd = runsIt ? workplace() : quickstartedWorkplace();
      for (const line of commandLines(page)) {
        if (NOT_OURS.test(line) && !line.includes("npx evals")) continue;
        const { status, stderr } = runLine(line, cwd);
        const isGate = line.includes("evals gate");
        expect(isGate ? [0, 1, 3] : [0], `${line}\n${stderr}`).toContain(status);
      }
    });
  },
);

test("the README shows what the quickstart prints, word for word", () => {
  const { stdout } = quickstarted;
  const shown = /```text\n(.*?)```/s.exec(readFileSync(join(root, "README.md"), "utf8"))?.[1] ?? "";
  const lines = shown
    .trimEnd()
    .split("\n")
    .filter((line) => line !== "");
  expect(lines.length).toBeGreaterThan(8);
  for (const line of lines) expect(stdout.split("\n")).toContain(line);
});

test("the suite of the README is valid", () => {
  const cwd = workplace();
  const yaml =
    /## A suite\n\n```yaml\n(.*?)```/s.exec(readFileSync(join(root, "README.md"), "utf8"))?.[1] ?? "";
  const file = join(cwd, "evals/readme.yaml");
  spawnSync("tee", [file], { input: yaml });
  const { status, stderr } = spawnSync(process.execPath, [main, "validate", file], { cwd, encoding: "utf8" });
  expect(stderr).not.toContain("error");
  expect(status).toBe(0);
});

test("every command and every backend has its place in the documentation", () => {
  const readme = readFileSync(join(root, "README.md"), "utf8");
  const missing = COMMANDS.filter(({ name }) => !new RegExp(`\`(evals )?${name}\\b`).test(readme));
  expect(missing.map(({ name }) => name)).toEqual([]);
  const page = readFileSync(join(root, "docs/backends.md"), "utf8");
  expect([...backends.keys()].filter((name) => !page.includes(`## \`${name}\``))).toEqual([]);
});

test("every test by which the documentation shows a promise is there", () => {
  const page = readFileSync(join(root, "docs/reliability.md"), "utf8");
  const named = [...page.matchAll(/`(test\/[\w./-]+)`/g)].map(([, path = ""]) => path);
  expect(named.length).toBeGreaterThan(20);
  expect(named.filter((path) => !existsSync(join(root, path)))).toEqual([]);
});
