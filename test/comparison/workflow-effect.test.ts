import { expect, test } from "vitest";
import { align } from "../../src/comparison/align.ts";
import { caseTable } from "../../src/comparison/case-table.ts";
import { compare } from "../../src/comparison/compare.ts";
import { judge } from "../../src/comparison/gate.ts";
import { besideModel, type WorkflowEffect } from "../../src/comparison/workflow-effect.ts";
import { startEndings } from "../../src/comparison/workflow-endings.ts";
import type { ScoredSample } from "../../src/domain/score.ts";
import { effectLines } from "../../src/reports/workflow-lines.ts";
import { policyOf, rightBut, ruleOf, sampleOf, samplesOf } from "./samples.ts";

/** `b` has the workflow and costs half of what `a` does. */
async function alignedPair(baseline: readonly number[], candidate: readonly number[]) {
  const samples = samplesOf({ a: baseline, b: candidate }).map(
    (sample): ScoredSample =>
      sample.target === "a" ? { ...sample, costUsd: 0.002 } : { ...sample, costUsd: 0.001, latencyMs: 300 },
  );
  const table = await caseTable(samples);
  const side = (name: string) => {
    const columns = table.targets.get(name);
    if (columns === undefined) throw new Error(`no target ${name}`);
    return { name, table, samples: columns, simulated: false };
  };
  return align(side("a"), side("b"));
}

const settings = { confidence: 0.95, margin: 0.05, missing: "worst-case", attempt: 1 } as const;

const NOTHING: WorkflowEffect = {
  target: "b",
  workflow: "chain",
  of: "mini",
  alone: undefined,
  isAskedOtherwise: false,
  others: [],
  endings: [],
};

test("a workflow that does as well for half the price would do, and says by what factor", async () => {
  const pair = await alignedPair(rightBut(20, 400), rightBut(18, 400));
  const beside = besideModel(compare(pair, settings), undefined);
  expect(beside).toMatchObject({ repaired: 2, broken: 0, inPlace: { state: "held", margins: [0.05] } });
  const lines = effectLines({ ...NOTHING, others: [beside] });
  expect(lines[0]).toContain("mini alone is no model of this run");
  expect(lines[1]).toMatch(/beside a: 95\.5 % instead of 95\.0 %, \+0\.5 points .*better on 2, worse on 0/);
  expect(lines[1]).toContain("latency 3.00x [3.00x, 3.00x]");
  expect(lines[2]).toBe(
    "would it do in the place of a? yes, its score is within the margin of 5.0 points, " +
      "and it is cheaper: 0.500x the cost (each task by itself)",
  );
});

test("a loss beyond the margin is a no, and one that may be either is not decided", async () => {
  const state = async (wrong: number) =>
    besideModel(compare(await alignedPair(rightBut(0, 200), rightBut(wrong, 200)), settings), undefined)
      .inPlace?.state;
  expect(await state(60)).toBe("broken");
  expect(await state(8)).toBe("undecided");
});

test("without a margin nothing is answered, only measured", async () => {
  const pair = await alignedPair(rightBut(5, 50), rightBut(5, 50));
  const beside = besideModel(compare(pair, { ...settings, margin: undefined }), undefined);
  expect(beside.inPlace).toBeUndefined();
  expect(effectLines({ ...NOTHING, others: [beside] })).toHaveLength(2);
});

test("where a gate judged the two, its word is the answer, not the comparison's", async () => {
  const pair = await alignedPair(rightBut(20, 400), rightBut(18, 400));
  const distrust = new Map([["qa", "the judge failed its canaries"]]);
  const policy = policyOf([ruleOf({ margin: 0.05 })]);
  const [verdict] = judge([pair], policy, { distrust, labels: undefined }).verdicts;
  expect(besideModel(compare(pair, settings), verdict).inPlace).toEqual({
    state: "undecided",
    margins: [0.05],
    isGate: true,
  });
});

test("a chain is told by the prompt that it ended at, tools by the turns that they took", () => {
  const workflow = (name: string, options: Readonly<Record<string, string[] | number>>) => ({
    name,
    workflow: { name, options, prices: {} },
  });
  const endings = startEndings([
    workflow("chain", { prompts: ["a", "b"] }),
    workflow("tools", { steps: 3, results: 1 }),
  ]);
  const add = (target: string, over: Partial<ScoredSample>) =>
    endings.add(sampleOf({ target, caseId: "c", ...over }));
  add("chain", { calls: 2, score: 1 });
  add("chain", { calls: 2, score: 0 });
  add("chain", { calls: 1, score: 0, outcome: "refused" });
  add("chain", { score: null });
  add("tools", { calls: 2, score: 1 });
  add("tools", { calls: 3, score: 0, notes: ["no-result", "step-limit"] });
  add("tools", { calls: 3, score: 0, notes: ["step-limit"] });
  add("other", { calls: 1 });
  expect([...endings.endings()]).toEqual([
    [
      "chain",
      [
        { name: "all 2 prompts", samples: 2, score: 0.5 },
        { name: "prompt 1 of 2, refused", samples: 1, score: 0 },
      ],
    ],
    [
      "tools",
      [
        { name: "2 turns", samples: 1, score: 1 },
        { name: "step limit of 3", samples: 1, score: 0 },
        { name: "step limit of 3, a call without a result", samples: 1, score: 0 },
      ],
    ],
  ]);
});
