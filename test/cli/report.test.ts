import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeAll, expect, test } from "vitest";

const root = join(import.meta.dirname, "../..");
const cwd = mkdtempSync(join(tmpdir(), "evals-report-"));

function evals(...args: readonly string[]) {
  return spawnSync(process.execPath, [join(root, "dist/cli/main.js"), ...args], { cwd, encoding: "utf8" });
}

beforeAll(() => {
  evals("init");
  evals("run", "evals/starter.yaml");
});

test("several formats become files of a folder that is made", () => {
  const { status, stderr } = evals(
    "report",
    "latest",
    "--format",
    "junit",
    "--format",
    "badge",
    "--output",
    "a/b",
  );
  expect(stderr).toContain("wrote a/b/junit.xml");
  expect(status).toBe(0);
  expect(readdirSync(join(cwd, "a/b")).toSorted()).toEqual(["badge.svg", "junit.xml"]);
  expect(readFileSync(join(cwd, "a/b/junit.xml"), "utf8")).toContain("<testsuites ");
});

test("several formats without a folder, an unknown format and a policy that is not there are refused", () => {
  const several = evals("report", "latest", "--format", "junit", "--format", "badge");
  expect(several.status).toBe(2);
  expect(several.stderr).toContain("several formats need --output FOLDER");
  expect(evals("report", "latest", "--format", "junti").stderr).toContain("Did you mean junit?");
  const policy = evals("report", "latest", "--policy", "missing.yaml");
  expect(policy.status).toBeGreaterThan(0);
  expect(policy.status).not.toBe(5);
});

test("a run that left models out is not judged, and its badge does not say safe", () => {
  evals("run", "evals/starter.yaml", "--filter", "model=sim-current", "--out", "part");
  const badge = evals("report", "latest", "--format", "badge", "--out", "part").stdout;
  expect(badge).toContain("model swap: inconclusive");
});
