import { spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, readdirSync, readFileSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";

const root = join(import.meta.dirname, "..");
const demo = join(root, "docs/demo");
const COLUMNS = 80;

/** The lines of the screen on which the recording ends. */
function lastScreen(): readonly string[] {
  const svg = readFileSync(join(demo, "quickstart.svg"), "utf8");
  const screen = svg.slice(svg.indexOf('<g class="screen">'));
  return [...screen.matchAll(/<text [^>]*>(.*?)<\/text>/g)].map(([, text = ""]) =>
    text.replace(/<[^>]*>/g, "").replace(/&#(\d+);/g, (_, code: string) => String.fromCharCode(Number(code))),
  );
}

/** A text as a terminal breaks it at its last column. */
function broken(text: string): readonly string[] {
  const lines = text.trimEnd().split("\n");
  return lines.flatMap((line) => line.match(new RegExp(`.{1,${COLUMNS}}`, "gu")) ?? [""]);
}

/** Lines with what the last column has broken joined again, and ids of runs all alike. */
function joined(lines: readonly string[]): string {
  return lines
    .map((line) => ([...line].length === COLUMNS ? line : `${line}\n`))
    .join("")
    .replace(/\d{8}-\d{6}-[a-z0-9]{4}/g, "ID");
}

test("the recorded terminal shows what the quickstart prints today, word for word", {
  timeout: 120_000,
}, () => {
  const cwd = mkdtempSync(join(tmpdir(), "evals-demo-"));
  for (const folder of ["evals", "datasets"])
    cpSync(join(root, folder), join(cwd, folder), { recursive: true });
  const { stdout, stderr } = spawnSync(
    process.execPath,
    [join(root, "dist/cli/main.js"), "run", "evals/quickstart.yaml"],
    {
      cwd,
      encoding: "utf8",
    },
  );
  const [prompt, ...shown] = lastScreen();
  expect(prompt).toBe("$ npx evals run evals/quickstart.yaml");
  // On a busy machine a line of progress comes before the closing words.
  const closing = stderr.slice(stderr.indexOf("kept in"));
  expect(joined(shown)).toBe(joined([...broken(stdout), "", ...broken(closing)]));
});

test("what is shown of the product is small", () => {
  const sizes = readdirSync(demo).map((name) => statSync(join(demo, name)).size);
  expect(sizes.length).toBeGreaterThanOrEqual(3);
  expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThan(300_000);
  const readme = readFileSync(join(root, "README.md"), "utf8");
  for (const name of readdirSync(demo)) expect(readme).toContain(`docs/demo/${name}`);
});
