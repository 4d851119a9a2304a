import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { start } from "./start.ts";

const llmbar = join(import.meta.dirname, "../fixtures/llmbar");
const evals = (cwd: string, ...args: readonly string[]) => start(cwd, ["calibrate", ...args]).ended;
const PAIRS = ["--labels", "pairs.jsonl", "--human", "expected", "--judge", "first", "--swapped", "swapped"];
const ANSWERS = ["--answers", "output_1,output_2"];

interface Recorded {
  readonly first: string;
  readonly swapped: string;
  readonly official_correct: boolean;
  readonly official_correct_swapped: boolean;
}

function recorded(judge: string): readonly Recorded[] {
  const text = readFileSync(join(llmbar, `${judge}.jsonl`), "utf8").trim();
  return text.split("\n").map((line): Recorded => JSON.parse(line));
}

function share<T>(items: readonly T[], is: (item: T) => boolean): number {
  return items.filter(is).length / items.length;
}

describe("recorded judges of LLMBar", () => {
  test.each(["gpt-4", "chatgpt", "llama2"])(
    "%s has the accuracy that the benchmark gives it",
    async (judge) => {
      const { code, stdout } = await evals(
        llmbar,
        ...PAIRS,
        ...ANSWERS,
        "--verdicts",
        `${judge}.jsonl`,
        "--json",
      );
      expect(code).toBe(0);
      const [found] = JSON.parse(stdout).calibrations;
      const rows = recorded(judge);
      expect(found.n).toBe(60);
      expect(found.agreement.estimate).toBeCloseTo(
        share(rows, (row) => row.official_correct),
        12,
      );
      expect(found.agreementSwapped.estimate).toBeCloseTo(
        share(rows, (row) => row.official_correct_swapped),
        12,
      );
      const both = share(rows, (row) => row.official_correct && row.official_correct_swapped);
      expect(found.agreementBoth.estimate).toBeCloseTo(both, 12);
      expect(found.position.consistency.estimate).toBeCloseTo(
        share(rows, (row) => row.first === row.swapped),
        12,
      );
    },
  );
  test("show the bias of place where there is one, and of length", async () => {
    const of = async (judge: string) => {
      const { stdout } = await evals(llmbar, ...PAIRS, ...ANSWERS, "--verdicts", `${judge}.jsonl`, "--json");
      return JSON.parse(stdout).calibrations[0];
    };
    const [gpt4, chatgpt, llama2] = [await of("gpt-4"), await of("chatgpt"), await of("llama2")];
    expect(gpt4.position).toMatchObject({ firstWins: 0.5, p: 1, consistency: { estimate: 1 } });
    expect(chatgpt.position.firstWins).toBeCloseTo(0.65, 12);
    expect(chatgpt.position.p).toBeLessThan(1e-5);
    expect(llama2.position.p).toBeLessThan(0.01);
    expect(llama2.length).toMatchObject({ towardsLong: 14, towardsShort: 3 });
    expect(llama2.length.p).toBeLessThan(0.05);
    expect(gpt4.kappa.estimate).toBeGreaterThan(llama2.kappa.estimate);
  });
  test("are told in words", async () => {
    const { stdout } = await evals(llmbar, ...PAIRS, "--verdicts", "chatgpt.jsonl");
    expect(stdout).toContain("agreement 80.0 % (95 % interval 67.7 % to 89.2 %)");
    expect(stdout).toContain("in both orders 65.0 %");
    expect(stdout).toContain("Cohen's kappa 0.60");
    expect(stdout).toContain("the first place wins 65.0 % (p = 0.0000076 of no bias)");
    expect(stdout).not.toContain("longer answer");
  });
});

function folder(labels: readonly object[], verdicts: readonly object[]): string {
  const cwd = mkdtempSync(join(tmpdir(), "evals-calibrate-"));
  const jsonl = (rows: readonly object[]) => rows.map((row) => `${JSON.stringify(row)}\n`).join("");
  writeFileSync(join(cwd, "labels.jsonl"), jsonl(labels));
  writeFileSync(join(cwd, "judge.jsonl"), jsonl(verdicts));
  return cwd;
}
const FILES = ["--labels", "labels.jsonl", "--verdicts", "judge.jsonl"];

test("steps of a scale are weighed by their distance", async () => {
  const labels = [1, 2, 3, 4, 5, 5, 4, 3, 2, 1].map((label, id) => ({ id, label }));
  const near = labels.map(({ id, label }) => ({ id, verdict: String(Math.min(5, label + 1)) }));
  const { stdout } = await evals(folder(labels, near), ...FILES, "--json");
  const [found] = JSON.parse(stdout).calibrations;
  expect(found.weights).toBe("quadratic");
  expect(found.agreement.estimate).toBe(0.2);
  expect(found.kappa.estimate).toBeGreaterThan(0.7);
  expect(found.classes).toEqual(["1", "2", "3", "4", "5"]);
});

test.each([
  [[{ id: 1, label: "a" }], [{ id: 2, verdict: "a" }], '"1" is not in the other file'],
  [[{ id: 1, label: "a" }], [{ id: 1, verdict: null }], 'judge.jsonl:1: the field "verdict" is missing'],
  [
    [
      { id: 1, label: "a" },
      { id: 1, label: "b" },
    ],
    [{ id: 1, verdict: "a" }],
    '"1" stands there already',
  ],
  [[], [{ id: 1, verdict: "a" }], "labels.jsonl is empty"],
])("labels %o and verdicts %o are refused", async (labels, verdicts, message) => {
  const { code, stderr } = await evals(folder(labels, verdicts), ...FILES);
  expect(code).toBe(2);
  expect(stderr).toContain(message);
});
