import { appendFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { sealed } from "../../src/storage/seal.ts";
import { command } from "./said.ts";

const CASES = 50_000;
const line = (at: number) =>
  `${JSON.stringify({ id: `case-${at}`, q: `What is ${at} + 1?`, expected: String(at + 1), note: "x".repeat(30) })}\n`;
const suite = (expected: string) => `name: large
models:
  m: { backend: simulated, model: m }
tasks:
  t: { dataset: cases.jsonl, prompt: "{{ q }}", scorers: [{ exact: { expected: "${expected}" } }] }
`;

let cwd: string;
beforeEach(() => {
  cwd = mkdtempSync(join(tmpdir(), "evals-check-"));
  writeFileSync(join(cwd, "cases.jsonl"), Array.from({ length: CASES }, (_, at) => line(at)).join(""));
  writeFileSync(join(cwd, "suite.yaml"), suite("{{ expected }}"));
});
afterEach(() => rmSync(cwd, { recursive: true }));

const checks = () => readdirSync(join(cwd, "results/.checked"));
const runs = () => readdirSync(join(cwd, "results")).filter((name) => name === "large");
const run = () => command(["run", "suite.yaml", "--limit", "3"], { cwd });

async function casesValidated(): Promise<number> {
  const { stdout } = await command(["validate", "suite.yaml", "--json"], { cwd });
  return JSON.parse(stdout).suites[0].tasks[0].cases;
}

/** Makes the only kept check say that there are seven cases. */
function forge(seal: (body: string) => string): void {
  const [name = ""] = checks();
  const file = join(cwd, "results/.checked", name);
  const { checksum: _, ...entry } = JSON.parse(readFileSync(file, "utf8"));
  writeFileSync(file, seal(JSON.stringify({ ...entry, summary: { ...entry.summary, cases: 7 } })));
}

test("a large dataset is checked once: what was found of the same bytes is taken up", async () => {
  expect((await run()).code).toBe(0);
  expect(checks()).toHaveLength(1);
  forge((body) => `${sealed(body)}\n`);
  expect(await casesValidated()).toBe(7);
});

test("a kept check that cannot be believed is made again", async () => {
  await run();
  forge((body) => body);
  expect(await casesValidated()).toBe(CASES);
  forge((body) => sealed(body.replace('"schema":1', '"schema":2')));
  expect(await casesValidated()).toBe(CASES);
});

test("a fault on the last line of a dataset that was sound before is found, and nothing is asked", async () => {
  await command(["validate", "suite.yaml"], { cwd });
  expect(checks()).toHaveLength(1);
  appendFileSync(join(cwd, "cases.jsonl"), line(7));
  const { code, stderr } = await run();
  expect(code).toBe(2);
  expect(stderr).toContain('error[E1301]: duplicate id "case-7"');
  expect(stderr).toContain(`cases.jsonl:${CASES + 1}:`);
  expect(runs()).toEqual([]);
  expect(checks()).toHaveLength(1);
});

test("a check says nothing of another suite: what it reads is looked for in every case", async () => {
  await run();
  writeFileSync(join(cwd, "suite.yaml"), suite("{{ answer }}"));
  const { code, stderr } = await run();
  expect(code).toBe(2);
  expect(stderr).toContain("the suite reads {{ answer }}, but no case of cases.jsonl has that field");
});

test("where a check cannot be kept, it is made every time", async () => {
  writeFileSync(join(cwd, "results"), "a file, and no folder");
  expect(await casesValidated()).toBe(CASES);
  expect(await casesValidated()).toBe(CASES);
});

test("a small dataset leaves no file behind", async () => {
  writeFileSync(join(cwd, "cases.jsonl"), line(1));
  expect((await run()).code).toBe(0);
  expect(() => checks()).toThrow("ENOENT");
});
