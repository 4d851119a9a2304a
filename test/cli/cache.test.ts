import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { openAnswerCache } from "../../src/storage/cache/answer-cache.ts";
import { answer, clockAt, filesOf, keyOf } from "../storage/cache/answers.ts";

const main = join(import.meta.dirname, "../../dist/cli/main.js");

function evals(args: readonly string[], cwd: string) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [main, "cache", ...args], {
    cwd,
    encoding: "utf8",
  });
  return { status, stdout, stderr };
}

const DAY = 86_400_000;

/** A cache of ten answers in one segment, the k-th written k days ago. */
async function tenAnswers() {
  const cwd = mkdtempSync(join(tmpdir(), "evals-cache-cli-"));
  const directory = join(cwd, "results/.cache");
  const now = Date.now() - 60_000;
  const clock = clockAt(now);
  const cache = openAnswerCache(directory, clock);
  for (let at = 0; at < 10; at += 1) {
    clock.at = now - at * DAY;
    await cache.put(keyOf(at), answer("4"));
  }
  await cache.close();
  const [segment = ""] = filesOf(directory);
  const present = async () => {
    const reading = openAnswerCache(directory, clock);
    const found = Array.from({ length: 10 }, (_, at) => reading.get(keyOf(at)));
    await reading.close();
    return found.flatMap((entry, at) => (entry === undefined ? [] : [at]));
  };
  return { cwd, directory, segment, present };
}

test("stats count answers, bytes and ages, and an absent cache is empty", async () => {
  const { cwd, segment } = await tenAnswers();
  const bytes = readFileSync(segment).length;
  const { status, stdout } = evals(["stats", "--json"], cwd);
  expect(status).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({
    command: "cache",
    action: "stats",
    entries: 10,
    bytes,
    leftovers: 0,
  });
  expect(evals(["stats"], cwd).stdout).toMatch(
    /^10 answers, 3\.\d kB, written (?:on 20..-..-..|from 20..-..-.. to 20..-..-..)\n$/,
  );
  expect(evals(["stats"], tmpdir())).toMatchObject({ status: 0, stdout: "0 answers, 0 bytes\n" });
  expect(evals(["prune", "--spoilt"], tmpdir())).toMatchObject({
    status: 0,
    stdout: "0 answers removed (0 bytes), 0 kept (0 bytes)\n",
  });
});

test("prune removes what is older, and the oldest until the rest fits", async () => {
  const { cwd, segment, present } = await tenAnswers();
  const line = readFileSync(segment).indexOf("\n") + 1;
  expect(evals(["prune", "--older-than", "7d"], cwd)).toMatchObject({
    status: 0,
    stdout: expect.stringMatching(/^3 answers removed .* 7 kept/),
  });
  expect(await present()).toEqual([0, 1, 2, 3, 4, 5, 6]);
  const { stdout } = evals(["prune", "--max-size", `${((line + 24) * 3.5) / 1000}kB`, "--json"], cwd);
  expect(JSON.parse(stdout)).toMatchObject({
    removed: 4,
    removedBytes: 4 * line,
    kept: 3,
    keptBytes: 3 * line,
  });
  expect(await present()).toEqual([0, 1, 2]);
});

test("verify finds one changed letter, no run uses that answer, and prune removes it alone", async () => {
  const { cwd, segment, present } = await tenAnswers();
  expect(evals(["verify"], cwd)).toMatchObject({ status: 0, stdout: "all 10 answers can be believed\n" });
  const lines = readFileSync(segment, "utf8").split("\n");
  writeFileSync(
    segment,
    lines.map((line, at) => (at === 4 ? line.replace('"text":"4"', '"text":"5"') : line)).join("\n"),
  );
  const { status, stdout } = evals(["verify", "--json"], cwd);
  expect(status).toBe(4);
  expect(JSON.parse(stdout)).toMatchObject({
    entries: 10,
    spoilt: [{ path: segment, line: 5, why: "its checksum does not match" }],
  });
  expect(evals(["verify"], cwd).stdout).toMatch(/answers-[^ ]+\.jsonl:5: its checksum does not match\n/);
  expect(await present()).toEqual([0, 1, 2, 3, 5, 6, 7, 8, 9]);
  expect(evals(["prune", "--spoilt"], cwd).stdout).toMatch(/^1 answer removed .* 9 kept/);
  expect(evals(["verify"], cwd).status).toBe(0);
});

test("what a killed write left goes with the next prune, unless it may be a write of now", async () => {
  const { cwd, directory, segment, present } = await tenAnswers();
  mkdirSync(join(directory, "ff"), { recursive: true });
  const [old, young] = [join(directory, "ff/1.json.tmp-9-old"), `${segment}.part`];
  for (const path of [old, young]) writeFileSync(path, "{");
  const past = (Date.now() - DAY) / 1000;
  utimesSync(old, past, past);
  expect(evals(["stats"], cwd).stdout).toContain("2 files that killed processes left");
  expect(evals(["prune", "--older-than", "900d"], cwd).stdout).toContain(
    "1 files that killed processes left are gone",
  );
  expect(filesOf(directory, ".part")).toEqual([young]);
  expect(await present()).toHaveLength(10);
});

test.each([
  [["prune"], "Say --older-than 30d"],
  [["prune", "--older-than", "30"], "takes an amount with its unit (30d, 12h or 90m)"],
  [["prune", "--max-size", "-1GB"], ""],
  [["stats", "--spoilt"], "evals cache prune, not to"],
  [["verfy"], 'Did you mean "verify"?'],
  [["constructor"], "There are stats, prune and verify."],
])("a wrong command line removes nothing: %j", async (args, said) => {
  const { cwd, present } = await tenAnswers();
  const { status, stderr } = evals(args, cwd);
  expect(status).toBe(2);
  expect(stderr).toContain(said);
  expect(await present()).toHaveLength(10);
});
