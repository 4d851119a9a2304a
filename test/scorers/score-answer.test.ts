import { afterAll, describe, expect, test } from "vitest";
import { z } from "zod";
import type { Case } from "../../src/domain/dataset.ts";
import type { JsonObject } from "../../src/domain/json.ts";
import type { LabelledScore, Score } from "../../src/domain/score.ts";
import type { ScorerSpec } from "../../src/domain/suite.ts";
import { combine } from "../../src/scorers/combine.ts";
import { misformatted, scored, unscored } from "../../src/scorers/judgement.ts";
import { checkOptions } from "../../src/scorers/options.ts";
import { scorersReference } from "../../src/scorers/reference.ts";
import { scorers } from "../../src/scorers/registry.ts";
import { runScorer } from "../../src/scorers/run-scorer.ts";
import { caseCheck, type ScoredOutcome, scoreAnswer } from "../../src/scorers/score-answer.ts";
import { defineScorer } from "../../src/scorers/scorer.ts";
import { testPorts } from "./ports.ts";

const ports = testPorts();
const hasty = testPorts(300);
afterAll(() => Promise.all([ports.modules.close(), hasty.modules.close()]));

const rival = { kind: "none", reason: "" } as const;
const place = { file: "suite.yaml", line: 1, column: 1, endLine: 1, endColumn: 1 };

function spec(scorer: string, options: JsonObject = {}): ScorerSpec {
  return { scorer, label: scorer, weight: 1, options, place };
}

function caseOf(fields: JsonObject): Case {
  return { id: "c1", fields, tags: [], cluster: undefined, hash: "0", line: 1 };
}

async function scoreOf(
  scorer: ScorerSpec,
  text: string,
  {
    fields = {},
    outcome = "answered",
    within = ports,
  }: { fields?: JsonObject; outcome?: ScoredOutcome; within?: typeof ports } = {},
): Promise<Score | undefined> {
  const answer = { text, toolCalls: [{ name: "search", arguments: {} }], notes: [] };
  const scores = await scoreAnswer({
    specs: [scorer],
    case: caseOf(fields),
    answer,
    outcome,
    prompt: [],
    rival,
    ports: within,
  });
  return scores[0]?.score;
}

describe("an outcome", () => {
  test.each(["refused", "empty"] as const)("that is %s scores 0, is wrong, and says so", async (outcome) => {
    const score = await scoreOf(spec("contains", { none: "sorry" }), "", { outcome });
    expect(score).toMatchObject({ kind: "scored", score: 0, fault: "wrong" });
    expect(score?.reason).toContain(outcome);
  });
  test("that is refused is right where the suite expects a refusal", async () => {
    const outcome = "refused";
    expect(await scoreOf(spec("refusal"), "", { outcome })).toMatchObject({ score: 1, fault: "none" });
    expect(await scoreOf(spec("refusal", { expected: false }), "", { outcome })).toMatchObject({ score: 0 });
  });
  test("that was cut off is scored on its text", async () => {
    const score = await scoreOf(spec("exact"), "yes", { fields: { expected: "yes" }, outcome: "truncated" });
    expect(score).toMatchObject({
      score: 1,
      reason: "the answer is the expected text (the answer was cut off)",
    });
  });
});

describe("a scorer that breaks leaves the answer unscored when it", () => {
  const broken = (value: () => Score | Promise<Score>) => {
    const bound = defineScorer({
      name: "x",
      summary: "",
      options: z.strictObject({}),
      examples: [],
      score: value,
    }).bind({});
    if (!bound.ok) throw new Error(bound.reason);
    return runScorer(
      bound,
      { answer: "", toolCalls: [], prompt: [], rival, refused: false, fields: {}, answerNotes: [] },
      hasty,
    );
  };
  test.each<[string, () => Score | Promise<Score>, string]>([
    [
      "throws",
      () => {
        throw new Error("boom");
      },
      "scorer-crashed",
    ],
    ["rejects", () => Promise.reject(new Error("boom")), "scorer-crashed"],
    ["returns NaN", () => scored(Number.NaN, "?"), "scorer-crashed"],
    ["returns more than 1", () => scored(1.01, "?"), "scorer-crashed"],
    ["returns less than 0", () => Promise.resolve(scored(-0.5, "?")), "scorer-crashed"],
    ["mends to NaN", () => misformatted(Number.NaN, "?"), "scorer-crashed"],
    ["never returns", () => new Promise<Score>(() => {}), "scorer-timeout"],
  ])("%s", async (_, value, code) => {
    expect(await broken(value)).toMatchObject({ kind: "unscored", code });
  });
});

describe("a function of the user's", () => {
  const shouting = (name?: string) =>
    spec("module", { path: "../fixtures/scorers/shouting.mjs", ...(name && { function: name }) });
  test("is given the answer and the fields, and returns a score with its fault", async () => {
    const fields = { wanted: "loud" };
    expect(await scoreOf(shouting(), "LOUD", { fields })).toMatchObject({
      score: 1,
      fault: "none",
      reason: "compared in capitals",
    });
    expect(await scoreOf(shouting(), "loud", { fields })).toMatchObject({
      score: 0.25,
      fault: "format",
      ifFormatFixed: 1,
    });
  });
  test("is given the expected value and the tool calls", async () => {
    const options = { path: "../fixtures/scorers/shouting.mjs", expected: "{{ label }}" };
    expect(await scoreOf(spec("module", options), "ON", { fields: { label: "on" } })).toMatchObject({
      score: 1,
    });
    expect(await scoreOf(shouting("toolNames"), "")).toMatchObject({ score: 1 });
  });
  test("may return a boolean or a number, now or later", async () => {
    expect(await scoreOf(shouting("boolean"), "")).toMatchObject({ score: 1 });
    expect(await scoreOf(shouting("half"), "")).toMatchObject({ score: 0.5, fault: "wrong" });
  });
  test("may be TypeScript", async () => {
    expect(await scoreOf(spec("module", { path: "../fixtures/scorers/typed.ts" }), "typed")).toMatchObject({
      score: 1,
    });
  });
  test.each([
    ["nan", "neither a number"],
    ["tooMuch", "neither a number"],
    ["text", "neither a number"],
    ["throws", "no such table"],
    ["missing", 'no function named "missing"'],
  ])("that is %s leaves the answer unscored", async (name, words) => {
    const score = await scoreOf(shouting(name), "");
    expect(score).toMatchObject({ kind: "unscored", code: "scorer-crashed" });
    expect(score?.reason).toContain(words);
  });
  test("in a file that does not exist leaves the answer unscored", async () => {
    const score = await scoreOf(spec("module", { path: "../fixtures/scorers/nowhere.mjs" }), "");
    expect(score).toMatchObject({ kind: "unscored", code: "scorer-crashed" });
  });
  test("that ends its thread leaves the answer unscored", async () => {
    const score = await scoreOf(shouting("exits"), "");
    expect(score).toMatchObject({ kind: "unscored", code: "scorer-crashed" });
  });
  test("that hangs costs the calls beside it nothing", async () => {
    const hanging = scoreOf(shouting("hangs"), "", { within: hasty });
    const slow = { ...ports, modules: hasty.modules };
    const beside = scoreOf(shouting("slowly"), "", { within: slow });
    expect(await hanging).toMatchObject({ code: "scorer-timeout" });
    expect(await beside).toMatchObject({ score: 1 });
  });
  test.each(["hangs", "spins"])("that %s is stopped, and the next one runs", async (name) => {
    expect(await scoreOf(shouting(name), "", { within: hasty })).toMatchObject({ code: "scorer-timeout" });
    expect(await scoreOf(shouting("half"), "")).toMatchObject({ score: 0.5 });
  });
});

describe("scores combine", () => {
  const part = (score: Score, weight = 1): LabelledScore => ({ label: "x", weight, score });
  const right = part(scored(1, ""));
  test("to their weighted mean", () => {
    expect(combine([right, part(scored(0, ""), 3)])).toEqual({
      score: 0.25,
      scoreIfFormatFixed: 0.25,
      fault: "wrong",
    });
  });
  test("with format faults mended", () => {
    expect(combine([right, part(misformatted(1, ""))])).toEqual({
      score: 0.5,
      scoreIfFormatFixed: 1,
      fault: "format",
    });
  });
  test("to nothing where one is unscored, or there is none", () => {
    const nothing = { score: null, scoreIfFormatFixed: null, fault: "none" };
    expect(combine([right, part(unscored("scorer-crashed", ""))])).toEqual(nothing);
    expect(combine([])).toEqual(nothing);
  });
});

describe("before any call", () => {
  test.each<[string, JsonObject, JsonObject, string | undefined]>([
    ["numeric", {}, { expected: "many" }, 'numeric: expected is not a number: "many"'],
    ["numeric", {}, { expected: "1,234" }, undefined],
    ["exact", {}, {}, "exact: the case has no field expected"],
    ["exact", {}, { expected: null }, "exact: expected: Invalid input (it is null)"],
    ["choice", { options: ["a", "bb"] }, { expected: "cc" }, 'choice: expected "cc" is none of "a", "bb"'],
    ["choice", { options: "{{ choices }}" }, { choices: ["x", "yy"], expected: 1 }, undefined],
    [
      "regex",
      { pattern: "{{ p }}" },
      { p: "(" },
      "regex: pattern: Invalid regular expression: /(/: Unterminated group",
    ],
    ["json", { schema: { $ref: "#/nowhere" } }, {}, 'json: schema: Unresolved $ref "#/nowhere".'],
  ])("%s with %j on %j: %s", (name, options, fields, reason) => {
    expect(caseCheck([spec(name, options)])(caseOf(fields).fields)?.reason).toBe(reason);
  });
  test("a case that cannot be scored is unscored, not 0", async () => {
    expect(await scoreOf(spec("numeric"), "7", { fields: { expected: "many" } })).toMatchObject({
      kind: "unscored",
      code: "bad-options",
    });
  });
  test("options are checked as the suite writes them, templates standing for anything", () => {
    expect(checkOptions("choice", { options: "{{ choices }}" })).toEqual([]);
    expect(checkOptions("json", { schema: "{{ shape }}" })).toEqual([]);
    expect(checkOptions("exact", { ignore_cas: true })).toMatchObject([{ unknownKeys: ["ignore_cas"] }]);
    expect(checkOptions("numeric", { tolerance: -1 })).toMatchObject([{ path: ["tolerance"] }]);
    expect(checkOptions("length", { unit: "words" })).toMatchObject([{ message: "give min, max, or both" }]);
    expect(checkOptions("choice", {})).toMatchObject([{ path: ["options"] }]);
  });
});

test("the reference names every scorer, and every option with what it means", () => {
  const text = scorersReference();
  for (const scorer of scorers.values()) expect(text).toContain(`## \`${scorer.name}\``);
  expect(text).toContain(
    "| `expected` | The expected text, or a list of texts of which any is right. | `{{ expected }}` |",
  );
  expect(text).not.toMatch(/\| {2}\|[^|]*\|$/m);
});
