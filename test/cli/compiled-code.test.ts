import { spawnSync } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, statSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { cachesOf, makeOwn } from "../../src/cli/compiled-code.ts";

const folder = () => mkdtempSync(join(tmpdir(), "evals-compiled-"));
const program = join(import.meta.dirname, "../../dist/cli/main.js");

/** `evals validate` of the quickstart, with this folder as the user's caches. */
function validate(caches: string) {
  return spawnSync(process.execPath, [program, "validate", "evals/quickstart.yaml"], {
    cwd: join(import.meta.dirname, "../.."),
    env: { ...process.env, XDG_CACHE_HOME: caches },
    encoding: "utf8",
  });
}

const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
const canKeep = major > 22 || (major === 22 && minor >= 1);

test("a folder for compiled code is made, closed to others", () => {
  const path = join(folder(), "evals", "compiled");
  expect(makeOwn(path)).toBe(true);
  expect(statSync(path).mode & 0o777).toBe(0o700);
});

test("a folder that others can write to is not used", () => {
  const path = join(folder(), "open");
  mkdirSync(path);
  chmodSync(path, 0o777);
  expect(makeOwn(path)).toBe(false);
});

test("a link to a folder is not used, nor one that cannot be made", () => {
  const path = folder();
  symlinkSync(path, join(path, "link"));
  expect(makeOwn(join(path, "link"))).toBe(false);
  expect(makeOwn(join(program, "below-a-file"))).toBe(false);
});

test("caches are where the user's system has them", () => {
  expect(cachesOf({ XDG_CACHE_HOME: "/caches" }, "linux")).toBe("/caches");
  expect(cachesOf({}, "linux")).toMatch(/\.cache$/);
  expect(cachesOf({ XDG_CACHE_HOME: "/caches" }, "darwin")).toMatch(/Library.Caches$/);
  expect(cachesOf({ LOCALAPPDATA: "C:\\Local" }, "win32")).toBe("C:\\Local");
});

test.runIf(canKeep)("a command keeps its compiled code, and runs with what was kept", () => {
  const caches = folder();
  expect(validate(caches).status).toBe(0);
  expect(readdirSync(join(caches, "evals", "compiled"))).not.toEqual([]);
  expect(validate(caches).status).toBe(0);
});

test("a command runs where no folder can be made", () => {
  expect(validate(program).status).toBe(0);
});
