import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { isPlainScored } from "../../src/storage/plain-scored.ts";
import { readScores } from "../../src/storage/scores.ts";

const folder = mkdtempSync(join(tmpdir(), "evals-scores-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const scored = { kind: "scored", score: 0.5, fault: "format", reason: "in a fence", ifFormatFixed: 1 };
const plain = {
  task: "t",
  caseId: "c",
  target: "m",
  repeat: 0,
  outcome: "answered",
  scores: [
    { label: "exact", weight: 1, score: scored },
    { label: "own", weight: 2, score: { kind: "unscored", code: "threw", reason: "it threw" } },
  ],
  score: null,
  scoreIfFormatFixed: 1,
  fault: "format",
  costUsd: 0.001,
  latencyMs: 12.5,
  firstTokenMs: null,
  generationMs: null,
  inputTokens: 3,
  outputTokens: 4,
  cached: false,
  calls: 1,
  attempts: 1,
  notes: ["simulated"],
  tags: ["a"],
  slices: { topic: "b" },
  cluster: null,
  caseHash: "0123456789abcdef",
  at: "2026-01-01T00:00:00.000Z",
};

async function readBack(name: string, record: unknown) {
  const file = join(folder, name);
  writeFileSync(file, `${JSON.stringify(record)}\n`);
  const found: unknown[] = [];
  for await (const several of readScores(file)) found.push(...several);
  return found;
}

test("a plain record is read as it was written, by the quick look alone", async () => {
  expect(isPlainScored(plain)).toBe(true);
  expect(await readBack("plain", plain)).toEqual([plain]);
});

test("a record with rare parts is left to the schema and read as it was written", async () => {
  const rare = {
    ...plain,
    steps: [{ name: "draft", model: "m", score: 1, costUsd: null }],
    scores: [{ label: "exact", weight: 1, score: { ...scored, labels: { expected: "a", found: [] } } }],
  };
  expect(isPlainScored(rare)).toBe(false);
  expect(await readBack("rare", rare)).toEqual([rare]);
});

const wrongValues: readonly unknown[] = [
  undefined,
  true,
  -1,
  1.5,
  1e300,
  "?",
  "",
  [1],
  [null],
  { x: 1 },
  null,
];

/** Every field of every level, with every value of another type: some of them are allowed. */
const spoilt = Object.keys(plain).flatMap((key) =>
  wrongValues.map((value) => ({
    what: `${key}: ${JSON.stringify(value)}`,
    record: { ...plain, [key]: value },
  })),
);
const spoiltScores = Object.keys(scored).flatMap((key) =>
  wrongValues.map((value) => ({
    what: `score.${key}: ${JSON.stringify(value)}`,
    record: { ...plain, scores: [{ label: "exact", weight: 1, score: { ...scored, [key]: value } }] },
  })),
);

test("the quick look takes nothing that the schema refuses", async () => {
  let taken = 0;
  for (const [at, { what, record }] of [...spoilt, ...spoiltScores].entries()) {
    if (!isPlainScored(JSON.parse(JSON.stringify(record)))) continue;
    taken += 1;
    // Steps, even none, send a record to the schema.
    const bySchema = { ...record, steps: [] };
    expect(await readBack(`spoilt-${at}`, bySchema), what).toEqual([bySchema]);
  }
  expect(taken).toBeGreaterThan(40);
});
