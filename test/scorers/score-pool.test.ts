import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { performance } from "node:perf_hooks";
import { pathToFileURL } from "node:url";
import { afterAll, describe, expect, test } from "vitest";
import type { JsonObject } from "../../src/domain/json.ts";
import { bindOptions } from "../../src/scorers/bind-options.ts";
import { scorers } from "../../src/scorers/registry.ts";
import { runScorer } from "../../src/scorers/run-scorer.ts";
import { createScorePool, type HeavyJob } from "../../src/scorers/score-pool.ts";
import type { ScoringInput } from "../../src/scorers/scorer.ts";
import { testPorts } from "./ports.ts";

const SENTENCE = "The invoice of March was charged twice, and the customer asks for a refund by Friday. ";
const text = (characters: number) => SENTENCE.repeat(Math.ceil(characters / SENTENCE.length));
const other = (characters: number) => text(characters).replaceAll("refund", "credit");

const pool = createScorePool(1);
afterAll(() => pool.close());

function inputOf(answer: string, fields: JsonObject = {}): ScoringInput {
  const rival = { kind: "none", reason: "there is none" } as const;
  return { answer, toolCalls: [], prompt: [], rival, refused: false, fields, answerNotes: [] };
}

function bound(name: string, options: JsonObject, fields: JsonObject = {}) {
  const scorer = scorers.get(name);
  const found = scorer && bindOptions(scorer, options, fields);
  if (!found?.ok) throw new Error(`${name} does not fit: ${found?.reason}`);
  return found;
}

/** The edit distance of two texts: some 10 ns a pair of characters. */
function edits(characters: number): HeavyJob {
  const job = bound("similarity", { expected: other(characters) }).heavyJob(inputOf(text(characters)));
  if (job === undefined) throw new Error("it is not heavy");
  return job;
}

describe.each([...scorers.values()])("$name", ({ name, examples }) => {
  test("gives the same score in a thread as in this process", async () => {
    for (const { options = {}, fields = {}, answer, toolCalls = [], refused = false } of examples) {
      const scorer = bound(name, options, fields);
      const input = { ...inputOf(answer, fields), toolCalls, refused };
      const job = scorer.heavyJob({ ...input, answer: text(20_000) });
      if (job === undefined) continue;
      const here = await runScorer(scorer, input, { ...testPorts(), threads: undefined });
      expect(await pool.score({ ...job, input }, 10_000), answer).toEqual(here);
    }
  });

  test("scores a short answer in this process: a thread would take longer", () => {
    for (const { options = {}, fields = {}, answer } of examples) {
      // But where a pattern has to be watched.
      if (name === "regex" || JSON.stringify(options).includes("pattern")) continue;
      expect(bound(name, options, fields).heavyJob(inputOf(answer, fields)), answer).toBeUndefined();
    }
  });
});

const HEAVY: readonly (readonly [what: string, scorer: string, options: JsonObject, answer: string])[] = [
  ["the edits of a page", "similarity", { expected: other(2000) }, text(2000)],
  ["the words of some pages", "similarity", { expected: other(8000), method: "rouge-l" }, text(8000)],
  ["ROUGE-L of some pages", "rouge", { expected: other(8000) }, text(8000)],
  ["BLEU of a long text", "bleu", { expected: other(12_000) }, text(12_000)],
  ["a pattern that could take for ever", "regex", { pattern: "^(a+)+$" }, "a"],
  ["a pattern in a long text", "regex", { pattern: "refund" }, text(6000)],
  ["a schema with a pattern", "json", { schema: { properties: { a: { pattern: "^(a+)+$" } } } }, "{}"],
  ["YAML that says the same twice", "yaml", { expected: { a: 1 } }, "a: b\n".repeat(200)],
  ["the language of a page", "language", { expected: "en" }, text(3000)],
  ["instructions for a page", "instructions", { words: { min: 1 }, language: "en" }, text(3000)],
  ["numbers in a long text", "numeric", { expected: 3 }, "1/".repeat(10_000)],
  ["a long text that was expected", "exact", { expected: text(12_000) }, "short"],
];

test.each(HEAVY)("%s is work for a thread (%s)", (_, name, options, answer) => {
  expect(bound(name, options).heavyJob(inputOf(answer))).toMatchObject({ scorer: name });
});

test("this process has its time to itself while threads score", { timeout: 30_000 }, async () => {
  const job = edits(6000);
  await pool.score(job, 10_000);
  const before = performance.eventLoopUtilization();
  const startedAt = performance.now();
  const scores = await Promise.all(Array.from({ length: 8 }, () => pool.score(job, 10_000)));
  const tookMs = performance.now() - startedAt;
  expect(scores.every(({ kind }) => kind === "scored")).toBe(true);
  // It hands over eight jobs and hears of eight scores.
  expect(performance.eventLoopUtilization(before).active).toBeLessThan(0.25 * tookMs);
});

describe("a thread", () => {
  test("that takes too long is stopped: its answer is unscored, and the next one is scored", async () => {
    const own = createScorePool(1);
    await own.score(edits(2000), 10_000);
    const [late, next] = await Promise.all([own.score(edits(19_000), 50), own.score(edits(2000), 10_000)]);
    expect(late).toMatchObject({ kind: "unscored", code: "scorer-timeout" });
    expect(next).toMatchObject({ kind: "scored" });
    await own.close();
  });

  test("that ends by itself is lost with its answer alone", async () => {
    const folder = mkdtempSync(join(tmpdir(), "evals-thread-"));
    const program = join(folder, "thread.mjs");
    // The real program, but that it ends at the word "end".
    const real = new URL("../../dist/scorers/score-thread.js", import.meta.url).href;
    const ends = `const on = parentPort.on.bind(parentPort);
parentPort.on = (name, hear) => on(name, (job) => (job.input.answer === "end" ? process.exit(3) : hear(job)));`;
    writeFileSync(
      program,
      `import { parentPort } from "node:worker_threads";\n${ends};\nawait import("${real}");\n`,
    );
    const own = createScorePool(1, pathToFileURL(program));
    const job = edits(2000);
    const jobs = [job, { ...job, input: inputOf("end") }, job];
    const scores = await Promise.all(jobs.map((one) => own.score(one, 10_000)));
    expect(scores.map((score) => (score.kind === "scored" ? "scored" : score.code))).toEqual([
      "scored",
      "scorer-crashed",
      "scored",
    ]);
    await own.close();
    rmSync(folder, { recursive: true });
  });

  test("that cannot be started leaves its answer unscored", async () => {
    const own = createScorePool(1, new URL("file:///there/is/none.js"));
    expect(await own.score(edits(2000), 10_000)).toMatchObject({ kind: "unscored", code: "scorer-crashed" });
    await own.close();
  });

  test("that is stopped in the middle leaves its answer unscored", async () => {
    const own = createScorePool(1);
    const both = Promise.all([own.score(edits(19_000), 10_000), own.score(edits(19_000), 10_000)]);
    expect(own.width()).toBeGreaterThan(1);
    await new Promise((resolve) => setTimeout(resolve, 50));
    await own.close();
    expect((await both).map(({ kind }) => kind)).toEqual(["unscored", "unscored"]);
    expect(own.width()).toBe(1);
  });
});
