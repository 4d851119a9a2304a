import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, realpathSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { describe, expect, test } from "vitest";
import { pasteable, programName } from "../../src/cli/program-name.ts";

const root = join(import.meta.dirname, "../..");
const main = join(root, "dist/cli/main.js");

const empty = () => realpathSync(mkdtempSync(join(tmpdir(), "evals name-")));

/** A folder in whose node_modules the program is installed. */
function installed(): { readonly cwd: string; readonly bin: string } {
  const cwd = empty();
  const bin = join(cwd, "node_modules/.bin");
  mkdirSync(bin, { recursive: true });
  symlinkSync(main, join(bin, "evals"));
  return { cwd, bin };
}

describe("the name of the program", () => {
  const name = (cwd: string, variables: { readonly [name: string]: string } = {}, script = main) =>
    programName({ variables, script, cwd });

  test("is npx evals where npm started it, though npm put it on the path", () => {
    const { cwd, bin } = installed();
    expect(name(cwd, { npm_command: "exec", PATH: bin })).toBe("npx evals");
    expect(name(cwd, { npm_lifecycle_event: "evals", PATH: bin })).toBe("npx evals");
  });

  test("is evals where the shell finds it", () => {
    const { bin } = installed();
    expect(name(empty(), { PATH: `/nowhere:${bin}` })).toBe("evals");
  });

  test("is npx evals in a project that has it, below its folders too, and in its own clone", () => {
    const { cwd } = installed();
    mkdirSync(join(cwd, "a/b"), { recursive: true });
    expect(name(cwd)).toBe("npx evals");
    expect(name(join(cwd, "a/b"))).toBe("npx evals");
    expect(name(join(root, "docs"))).toBe("npx evals");
  });

  test("is the file itself anywhere else: npx would fetch something there", () => {
    const cwd = empty();
    expect(name(cwd, {}, "/opt/evals/main.js")).toBe("node /opt/evals/main.js");
    expect(name(cwd, {}, "/opt/my evals/main.js")).toBe("node '/opt/my evals/main.js'");
    expect(name("/opt", {}, "/opt/evals/main.js")).toBe("node evals/main.js");
  });
});

describe("words with commands", () => {
  test("name every command as it is typed", () => {
    expect(pasteable("kept; more: evals compare x, or evals --help", "npx evals")).toBe(
      "kept; more: npx evals compare x, or npx evals --help",
    );
    expect(pasteable('"evals init" writes one', "node m.js")).toBe('"node m.js init" writes one');
    expect(pasteable("evals resume x", "evals")).toBe("evals resume x");
  });

  test("keep what is no command, and the lines of a file", () => {
    for (const words of [
      "a bug in evals: it broke",
      "wrote my-evals run/evals run",
      "npx evals run",
      "  12 | # evals run suite.yaml",
      "     | ^^^^^ evals run",
    ])
      expect(pasteable(words, "npx evals")).toBe(words);
  });
});

/** The command after `hint`, typed into a shell as it was printed. */
function pasted(printed: string, cwd: string, env: NodeJS.ProcessEnv) {
  const [, command = ""] = /^ {2}(.*) writes a suite to start from\.$/m.exec(printed) ?? [];
  const { status } = spawnSync(command, { cwd, env, shell: true, encoding: "utf8" });
  return { command, status };
}

test.each(["on the path", "as a file"])("what a stranger's first mistake prints can be pasted: %s", (how) => {
  const { bin } = installed();
  const cwd = empty();
  const node = dirname(process.execPath);
  const env = { PATH: how === "on the path" ? `${bin}:${node}:/usr/bin:/bin` : `${node}:/usr/bin:/bin` };
  const { status, stderr } = spawnSync(process.execPath, [main, "run", "suite.yaml"], {
    cwd,
    env,
    encoding: "utf8",
  });
  expect(status).toBe(2);
  const { command, status: ended } = pasted(stderr, cwd, env);
  expect(command).toBe(how === "on the path" ? "evals init" : `node ${main} init`);
  expect(ended).toBe(0);
  expect(existsSync(join(cwd, "evals/starter.yaml"))).toBe(true);
});

test("what npx started prints can be pasted, in its help too", () => {
  const { cwd } = installed();
  const env = { PATH: process.env["PATH"] };
  const npx = (...args: readonly string[]) =>
    spawnSync("npx", ["evals", ...args], { cwd, env, encoding: "utf8" });
  const { status, stderr } = npx("run", "suite.yaml");
  expect(status).toBe(2);
  expect(pasted(stderr, cwd, env)).toEqual({ command: "npx evals init", status: 0 });
  expect(npx("run", "--help").stdout).toContain("\n  npx evals run evals/quickstart.yaml\n");
});
