import { spawnSync } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { beforeAll, describe, expect, test } from "vitest";

const root = join(import.meta.dirname, "../..");
const cwd = mkdtempSync(join(tmpdir(), "evals-view-"));
const desktop = join(cwd, "bin");
const opened = join(cwd, "opened.txt");

function evals(args: readonly string[], variables: NodeJS.ProcessEnv = {}) {
  return spawnSync(process.execPath, [join(root, "dist/cli/main.js"), ...args], {
    cwd,
    encoding: "utf8",
    env: { PATH: `${desktop}${delimiter}${process.env["PATH"]}`, ...variables },
  });
}

beforeAll(() => {
  mkdirSync(desktop);
  for (const name of ["xdg-open", "open"]) {
    writeFileSync(join(desktop, name), `#!/bin/sh\nprintf '%s' "$1" > '${opened}'\n`);
    chmodSync(join(desktop, name), 0o755);
  }
  evals(["run", join(root, "evals/quickstart.yaml"), "--limit", "3"]);
}, 60_000);

describe("evals view", () => {
  test("writes the page beside the run, prints its path and gives it to the desktop", async () => {
    const { status, stdout } = evals(["view", "latest"]);
    expect(status).toBe(0);
    const file = stdout.trim();
    expect(file).toMatch(/results\/quickstart\/[^/]+\/report\.html$/);
    expect(readFileSync(file, "utf8")).toMatch(/^<!doctype html>/);
    while (!existsSync(opened) || readFileSync(opened, "utf8") === "") await sleep(20);
    expect(readFileSync(opened, "utf8")).toBe(file);
  });

  test("opens nothing in CI, and writes where it is told", () => {
    writeFileSync(opened, "");
    const { stdout } = evals(["view", "latest", "--output", "page.html"], { CI: "true" });
    expect(stdout).toBe(`${join(cwd, "page.html")}\n`);
    const document = JSON.parse(evals(["view", "latest", "--json"]).stdout);
    expect(document).toMatchObject({ schema: 1, command: "view" });
    expect(readFileSync(opened, "utf8")).toBe("");
  });

  test("says so where nothing opens it; the page is there all the same", () => {
    const { status, stdout, stderr } = evals(["view", "latest"], { PATH: "/nowhere" });
    expect([status, stderr]).toEqual([0, "nothing on this machine opens it; open the file in a browser\n"]);
    expect(existsSync(stdout.trim())).toBe(true);
  });

  test("is the page that evals report prints, the same bytes twice", () => {
    const once = evals(["report", "latest", "--format", "html"]).stdout;
    evals(["report", "latest", "--format", "html", "--output", "again.html"]);
    expect(readFileSync(join(cwd, "again.html"), "utf8")).toBe(once);
    expect(once).toContain('id="answers-0"');
  });
});
