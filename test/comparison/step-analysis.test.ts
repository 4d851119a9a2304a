import { expect, test } from "vitest";
import { type StepAnalysis, startStepAnalysis } from "../../src/comparison/step-analysis.ts";
import type { ScoredSample, ScoredStep } from "../../src/domain/score.ts";
import { stepLines } from "../../src/reports/step-lines.ts";
import { sampleOf } from "./samples.ts";

type Draft = readonly [name: string, score: number | null, over?: Partial<ScoredStep>];

function step([name, score, over]: Draft): ScoredStep {
  return { name, model: "mini", score, costUsd: 0.001, ...over };
}

function workflowOf(name: string) {
  return { name: "t", workflow: { name, options: {}, prices: {} } };
}

/** What is found inside the workflow of one target, from the scores of its drafts and of its answer, case by case. */
function analysed(
  workflow: string,
  cases: readonly (readonly [
    answer: number | null,
    drafts: readonly Draft[],
    over?: Partial<ScoredSample>,
  ])[],
): StepAnalysis | undefined {
  const analysis = startStepAnalysis([workflowOf(workflow)]);
  for (const [index, [score, drafts, over]] of cases.entries())
    analysis.add(sampleOf({ target: "t", caseId: `c${index}`, score, steps: drafts.map(step), ...over }));
  return analysis.analyses(0.95)[0];
}

test("a reflection repairs some drafts and breaks others, step by step", () => {
  const found = analysed("reflect", [
    [
      1,
      [
        ["draft", 0],
        ["revision 1", 0],
        ["revision 2", 1],
      ],
    ],
    [
      0,
      [
        ["draft", 1],
        ["revision 1", 0],
      ],
    ],
    [1, [["draft", 1]]],
    [
      0.5,
      [
        ["draft", 0.25],
        ["revision 1", 0.5],
      ],
    ],
  ]);
  expect(found).toMatchObject({
    samples: 4,
    first: 0.5625,
    answer: 0.625,
    gain: { estimate: 0.0625, n: 4 },
    firstRight: 2,
    repaired: 2,
    broken: 1,
    moves: [
      { from: "draft", to: "revision 1", samples: 3, repaired: 1, broken: 1 },
      { from: "revision 1", to: "revision 2", samples: 1, repaired: 1, broken: 0 },
    ],
    routing: undefined,
  });
  const lines = stepLines(found ?? expect.fail());
  expect(lines[0]).toMatch(/^inside t \(reflect\): 62\.5 %, its first draft alone 56\.3 %; \+6\.3 points/);
  expect(lines.slice(1)).toEqual([
    "of 4 first drafts 2 are fully right, 2 are not: repaired 2, broke 1",
    "draft to revision 1 (3): repaired 1, broke 1",
    "revision 1 to revision 2 (1): repaired 1, broke 0",
  ]);
});

test("a vote is set against a single sample and against the best of its samples", () => {
  const found = analysed("vote", [
    [
      1,
      [
        ["sample 1", 0],
        ["sample 2", 1],
        ["sample 3", 1],
      ],
    ],
    [
      0,
      [
        ["sample 1", 1],
        ["sample 2", 0],
        ["sample 3", 0],
      ],
    ],
    [
      0,
      [
        ["sample 1", 0],
        ["sample 2", 0],
        ["sample 3", 0],
      ],
    ],
    [
      1,
      [
        ["sample 1", 1],
        ["sample 2", 1],
        ["sample 3", 1],
      ],
    ],
  ]);
  expect(found).toMatchObject({
    single: 0.5,
    best: 0.75,
    most: 3,
    answer: 0.5,
    repaired: 1,
    broken: 1,
    moves: [],
  });
  expect(stepLines(found ?? expect.fail()).at(-1)).toBe(
    "a single sample scores 50.0 % on average, the best of 3 75.0 %; of the +25.0 points between them it got 0.0",
  );
});

test("routing says how often the first model sufficed, what the other mended, and what it saved", () => {
  const dear = { model: "full", costUsd: 0.01 };
  const found = analysed("fallback", [
    [1, [["try 1", 1]], { costUsd: 0.001 }],
    [0, [["try 1", 0]], { costUsd: 0.001 }],
    [
      1,
      [
        ["try 1", 0],
        ["fallback", 1, dear],
      ],
      { costUsd: 0.011 },
    ],
    [
      1,
      [
        ["try 1", 1],
        ["fallback", 1, dear],
      ],
      { costUsd: 0.011 },
    ],
  ]);
  expect(found?.routing).toEqual({
    kept: 2,
    keptScore: 0.5,
    routed: 2,
    routedFirst: 0.5,
    routedScore: 1,
    spentUsd: expect.closeTo(0.024, 12),
    allRoutedUsd: expect.closeTo(0.04, 12),
  });
  expect(stepLines(found ?? expect.fail()).slice(-3)).toEqual([
    "the first model sufficed for 2 of 4 (50.0 %), which score 50.0 %",
    "2 routed on: 100.0 %, the first model's own answers 50.0 %",
    "cost $0.024; all to the other model about $0.04, as its calls went: 40.0 % saved",
  ]);
});

test("routing whose cost is not known says nothing of savings", () => {
  const unknown = { model: "full", costUsd: null };
  const found = analysed("fallback", [
    [
      1,
      [
        ["try 1", 0],
        ["fallback", 1, unknown],
      ],
      { costUsd: null },
    ],
  ]);
  expect(found?.routing).toMatchObject({ spentUsd: undefined, allRoutedUsd: undefined });
  expect(stepLines(found ?? expect.fail()).join("\n")).not.toContain("saved");
});

test("a sample that was not scored, or a draft that could not be judged, is counted and in no figure", () => {
  const found = analysed("vote", [
    [1, [["sample 1", 1]]],
    [1, [["sample 1", null]]],
    [null, [["sample 1", 1]]],
    [null, []],
  ]);
  expect(found).toMatchObject({ samples: 1, unjudged: 2, answer: 1 });
  expect(stepLines(found ?? expect.fail()).at(-1)).toBe("2 of 3 have drafts that could not be judged");
});

test("repeats of a case count once in the gain, and the order of the samples changes nothing", () => {
  const samples = [0, 1, 2, 3].flatMap((at) =>
    [0, 1].map((repeat) =>
      sampleOf({
        target: "t",
        caseId: `c${at}`,
        repeat,
        score: at / 3,
        steps: [step(["draft", repeat / 7])],
      }),
    ),
  );
  const inOrder = startStepAnalysis([workflowOf("reflect")]);
  const reversed = startStepAnalysis([workflowOf("reflect")]);
  for (const sample of samples) inOrder.add(sample);
  for (const sample of samples.toReversed()) reversed.add(sample);
  const [one] = inOrder.analyses(0.95);
  expect(one?.gain.n).toBe(4);
  expect(JSON.stringify(reversed.analyses(0.95)[0])).toBe(JSON.stringify(one));
});

test.each(["tools", "chain"])("the steps of %s are no drafts, and nothing is said of them", (workflow) => {
  expect(analysed(workflow, [[1, [["turn 1", 0]]]])).toBeUndefined();
});
