import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { answerCache } from "../../src/storage/answer-cache.ts";

const main = join(import.meta.dirname, "../../dist/cli/main.js");

function evals(args: readonly string[], cwd: string) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [main, "cache", ...args], {
    cwd,
    encoding: "utf8",
  });
  return { status, stdout, stderr };
}

const answer = {
  text: "4",
  toolCalls: [],
  finishReason: "stop",
  usage: {
    inputTokens: 7,
    outputTokens: 2,
    cachedReadTokens: undefined,
    cachedWriteTokens: undefined,
    reasoningTokens: undefined,
  },
  timings: { latencyMs: 1, firstTokenMs: 1, generationMs: 0, loadMs: undefined },
  servedModel: "m",
  notes: [],
};
const DAY = 86_400;
const keyOf = (at: number) => `${at.toString(16).padStart(2, "0")}${"0".repeat(62)}`;

/** A cache of ten answers, the k-th written k days ago. */
async function tenAnswers() {
  const cwd = mkdtempSync(join(tmpdir(), "evals-cache-cli-"));
  const directory = join(cwd, "results/.cache");
  const cache = answerCache(directory);
  const file = (at: number) => join(directory, keyOf(at).slice(0, 2), `${keyOf(at).slice(2)}.json`);
  const now = Date.now() / 1000;
  for (let at = 0; at < 10; at += 1) {
    await cache.put(keyOf(at), answer);
    utimesSync(file(at), now - at * DAY - 60, now - at * DAY - 60);
  }
  const present = async () => {
    const found = await Promise.all(Array.from({ length: 10 }, (_, at) => cache.get(keyOf(at))));
    return found.flatMap((entry, at) => (entry === undefined ? [] : [at]));
  };
  return { cwd, directory, file, present };
}

test("stats count answers, bytes and ages, and an absent cache is empty", async () => {
  const { cwd, file } = await tenAnswers();
  const bytes = 10 * readFileSync(file(0)).length;
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
    /^10 answers, 3\.\d kB, kept from 20..-..-.. to 20..-..-..\n$/,
  );
  expect(evals(["stats"], tmpdir())).toMatchObject({ status: 0, stdout: "0 answers, 0 bytes\n" });
});

test("prune removes what is older, and the oldest until the rest fits", async () => {
  const { cwd, file, present } = await tenAnswers();
  expect(evals(["prune", "--older-than", "7d"], cwd)).toMatchObject({
    status: 0,
    stdout: expect.stringMatching(/^3 files removed .* 7 kept/),
  });
  expect(await present()).toEqual([0, 1, 2, 3, 4, 5, 6]);
  const size = readFileSync(file(0)).length;
  const { stdout } = evals(["prune", "--max-size", `${(size * 3.5) / 1000}kB`, "--json"], cwd);
  expect(JSON.parse(stdout)).toMatchObject({
    removed: 4,
    removedBytes: 4 * size,
    kept: 3,
    keptBytes: 3 * size,
  });
  expect(await present()).toEqual([0, 1, 2]);
});

test("verify finds one changed letter, no run uses that answer, and prune removes it alone", async () => {
  const { cwd, file, present } = await tenAnswers();
  expect(evals(["verify"], cwd)).toMatchObject({ status: 0, stdout: "all 10 answers can be believed\n" });
  writeFileSync(file(4), readFileSync(file(4), "utf8").replace('"text":"4"', '"text":"5"'));
  writeFileSync(file(6), readFileSync(file(5)));
  const { status, stdout } = evals(["verify", "--json"], cwd);
  expect(status).toBe(4);
  expect(JSON.parse(stdout)).toMatchObject({
    entries: 10,
    spoilt: [
      { path: file(4), why: "its checksum does not match" },
      { path: file(6), why: "it is the answer to another request" },
    ],
  });
  expect(await present()).toEqual([0, 1, 2, 3, 5, 7, 8, 9]);
  expect(evals(["prune", "--spoilt"], cwd).stdout).toMatch(/^2 files removed .* 8 kept/);
  expect(evals(["verify"], cwd).status).toBe(0);
});

test("what a killed write left goes with the next prune, unless it may be a write of now", async () => {
  const { cwd, directory } = await tenAnswers();
  mkdirSync(join(directory, "ff"), { recursive: true });
  for (const name of ["old", "young"]) writeFileSync(join(directory, "ff", `1.json.tmp-9-${name}`), "{");
  const past = Date.now() / 1000 - DAY;
  utimesSync(join(directory, "ff/1.json.tmp-9-old"), past, past);
  expect(evals(["stats"], cwd).stdout).toContain("2 files that killed writes left");
  expect(evals(["prune", "--older-than", "900d"], cwd).stdout).toMatch(/^1 files removed/);
  expect(readdirSync(join(directory, "ff"))).toEqual(["1.json.tmp-9-young"]);
});

test.each([
  [["prune"], "Say --older-than 30d"],
  [["prune", "--older-than", "30"], "takes an amount with its unit (30d, 12h or 90m)"],
  [["prune", "--max-size", "-1GB"], ""],
  [["stats", "--spoilt"], "belongs to evals cache prune"],
  [["verfy"], 'Did you mean "verify"?'],
  [["constructor"], "There are stats, prune and verify."],
])("a wrong command line removes nothing: %j", async (args, said) => {
  const { cwd, present } = await tenAnswers();
  const { status, stderr } = evals(args, cwd);
  expect(status).toBe(2);
  expect(stderr).toContain(said);
  expect(await present()).toHaveLength(10);
});
