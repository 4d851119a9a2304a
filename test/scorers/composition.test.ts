import { describe, expect, test } from "vitest";
import type { JsonObject } from "../../src/domain/json.ts";
import type { Score } from "../../src/domain/score.ts";
import { checkOptions } from "../../src/scorers/options.ts";
import { caseCheck, type ScoredOutcome, scoreAnswer } from "../../src/scorers/score-answer.ts";
import { testPorts } from "./ports.ts";

const ports = testPorts();
const place = { file: "suite.yaml", line: 1, column: 1, endLine: 1, endColumn: 1 };
// Backtracks for longer than the time limit of a pattern: unscored.
const stuck = { regex: { pattern: "^(a+)+$" } };
const answer = `${"a".repeat(40)}!`;

function specOf(scorer: string, scorers: JsonObject["scorers"] = []) {
  return { scorer, label: scorer, weight: 1, options: { scorers }, place };
}

function caseOf(fields: JsonObject) {
  return { id: "c1", fields, tags: [], cluster: undefined, hash: "0", line: 1 };
}

async function scoreOf(
  spec: ReturnType<typeof specOf>,
  text: string,
  outcome: ScoredOutcome = "answered",
): Promise<Score | undefined> {
  const given = { text, toolCalls: [], notes: [] };
  const scores = await scoreAnswer({
    specs: [spec],
    case: caseOf({}),
    answer: given,
    outcome,
    prompt: [],
    rival: { kind: "none", reason: "" },
    ports,
  });
  return scores[0]?.score;
}

describe("a part that cannot judge", () => {
  test("leaves the whole unscored where it could change it", async () => {
    const right = { contains: { all: "!" } };
    for (const name of ["all", "mean"]) {
      expect(await scoreOf(specOf(name, [right, stuck]), answer)).toMatchObject({
        kind: "unscored",
        code: "regex-timeout",
      });
    }
    expect(await scoreOf(specOf("any", [{ contains: { all: "b" } }, stuck]), answer)).toMatchObject({
      kind: "unscored",
    });
  });

  test("changes nothing where the others have settled the score", async () => {
    expect(await scoreOf(specOf("all", [{ contains: { all: "b" } }, stuck]), answer)).toMatchObject({
      score: 0,
    });
    expect(await scoreOf(specOf("any", [{ contains: { all: "!" } }, stuck]), answer)).toMatchObject({
      score: 1,
    });
  });
});

test("a refused answer scores 0 with every part but one that judges refusals", async () => {
  const short = { length: { unit: "words", max: 9 } };
  expect(await scoreOf(specOf("any", [short]), "", "refused")).toMatchObject({ score: 0 });
  expect(await scoreOf(specOf("any", [short, "refusal"]), "", "refused")).toMatchObject({ score: 1 });
  expect(await scoreOf(specOf("mean", [short, "refusal"]), "", "refused")).toMatchObject({ score: 0.5 });
});

test("the reason names every part with its score", async () => {
  const spec = specOf("mean", [
    { length: { name: "short", unit: "words", max: 1 } },
    { contains: { name: "greets", any: "hello", ignore_case: true } },
  ]);
  expect((await scoreOf(spec, "Hello there"))?.reason).toBe(
    "short 0 (2 words, at most 1 were asked for); greets 1 (the answer contains what was asked)",
  );
});

describe("mistakes in the parts are found before any call", () => {
  const messages = (scorers: JsonObject["scorers"], scorer = "all") =>
    checkOptions(scorer, { scorers: scorers ?? [] }).map(
      ({ path, message }) => `${path.join(".")}: ${message}`,
    );

  test("at their places", () => {
    expect(messages(["exactly"])).toEqual(['scorers.0: there is no scorer "exactly"']);
    expect(messages([{ exact: { ignorecase: true } }])).toEqual([
      'scorers.0.exact: Unrecognized key: "ignorecase"',
    ]);
    expect(messages(["exact", { length: { unit: "word", max: 2 } }])[0]).toMatch(
      /^scorers\.1\.length\.unit: /,
    );
    expect(messages([{ any: { scorers: ["f2"] } }])).toEqual([
      'scorers.0.any.scorers.0: there is no scorer "f2"',
    ]);
    expect(messages(["exact", "exact"])).toEqual(['scorers: two parts are named "exact"']);
    expect(messages([{ exact: { weight: 2 } }])).toEqual([
      "scorers.0.exact.weight: weight means nothing in all: use mean",
    ]);
  });

  test("and so are weights that make no mean", () => {
    for (const weight of [-1, "2"])
      expect(messages([{ exact: { weight } }], "mean")).toEqual([
        "scorers.0.exact.weight: weight must be a number of at least 0",
      ]);
    const nothing = [{ exact: { weight: 0 } }, { length: { unit: "words", max: 2, weight: 0 } }];
    expect(messages(nothing, "mean")).toEqual(["scorers: every weight is 0: there is no score"]);
  });

  test("but a template is not one", () => {
    expect(messages([{ length: { unit: "words", max: "{{ limit }}" } }])).toEqual([]);
  });

  test("and what a case lacks, or has wrong, is told with the case", () => {
    const spec = specOf("all", ["exact", { length: { unit: "words", max: "{{ limit }}" } }]);
    expect(caseCheck([spec])({ limit: 3 })?.reason).toBe("all: the case has no field expected");
    const fault = caseCheck([spec])({ limit: "x", expected: "y" });
    expect(fault?.reason).toMatch(/^all: scorers\.1\.length\.max: /);
    expect(fault?.field).toBe("limit");
    expect(caseCheck([spec])({ limit: 3, expected: "y" })).toBeUndefined();
  });
});
