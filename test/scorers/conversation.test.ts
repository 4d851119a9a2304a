import { describe, expect, test } from "vitest";
import type { JsonObject } from "../../src/domain/json.ts";
import type { AnsweredKind, Step } from "../../src/domain/outcome.ts";
import type { ScorerSpec } from "../../src/domain/suite.ts";
import { caseCheck, scoreAnswer } from "../../src/scorers/score-answer.ts";
import { said } from "../workflows/members.ts";
import { testPorts } from "./ports.ts";

const ports = testPorts();
const place = { file: "suite.yaml", line: 1, column: 1, endLine: 1, endColumn: 1 };
const rival = { kind: "none", reason: "there is no baseline" } as const;
const TURNS = [
  { user: "2+2?", expected: "4" },
  { user: "3+3?", expected: "6" },
];
const turns = TURNS.map(({ user, ...fields }) => ({ text: user, fields }));

function specOf(scorer: string, choice: ScorerSpec["turns"], options: JsonObject): ScorerSpec {
  return {
    scorer,
    label: scorer,
    weight: 1,
    options,
    place,
    ...(choice === undefined ? {} : { turns: choice }),
  };
}

function stepOf(text: string, at: number): Step {
  const outcome = said(text);
  if (outcome.kind === "failed" || outcome.kind === "skipped") throw new Error("no answer");
  return { name: `turn ${at + 1}`, model: "m", kind: outcome.kind, answer: outcome.answer, cached: false };
}

async function scoreOf(spec: ScorerSpec, texts: readonly string[], outcome: AnsweredKind = "answered") {
  const steps = texts.map(stepOf);
  const answer = { text: texts.at(-1) ?? "", toolCalls: [], notes: [], steps };
  const item = { id: "c1", fields: { talk: TURNS }, tags: [], cluster: undefined, hash: "0", line: 1 };
  const about = { case: item, prompt: [{ role: "user", content: "2+2?" }], turns, rival, ports } as const;
  const [judged] = await scoreAnswer({ ...about, specs: [spec], answer, outcome });
  return judged?.score;
}

const expected = { expected: "{{ turn.expected }}" };

test("the last answer is judged where nothing else is said, with what its turn expects", async () => {
  expect(await scoreOf(specOf("exact", undefined, expected), ["5", "6"])).toMatchObject({ score: 1 });
  expect(await scoreOf(specOf("exact", "last", expected), ["4", "4"])).toMatchObject({ score: 0 });
  const cutBefore = await scoreOf(specOf("exact", "last", expected), ["4", "6"], "truncated");
  expect(cutBefore?.reason).toBe("the answer is the expected text");
});

test("each turn is judged by what it expects; the score is their mean, and each a part", async () => {
  const score = await scoreOf(specOf("exact", "each", expected), ["4", "5"]);
  expect(score).toMatchObject({
    score: 0.5,
    fault: "wrong",
    parts: [
      { name: "turn 1", score: 1 },
      { name: "turn 2", score: 0 },
    ],
  });
  expect(score?.reason).toBe('turn 1 1 (the answer is the expected text); turn 2 0 (expected "6", got "5")');
});

test("parts and labels of the turns are kept, and a format fault stays one", async () => {
  const labelled = await scoreOf(specOf("classify", "each", { labels: ["4", "6"], ...expected }), ["4", "4"]);
  expect(labelled?.parts?.map(({ labels }) => labels?.found)).toEqual([["4"], ["4"]]);
  const followed = await scoreOf(specOf("instructions", "each", { no_commas: true }), ["a", "a, b"]);
  expect(followed?.parts).toContainEqual({ name: "no_commas", score: 0.5, weight: 1 });
  expect(await scoreOf(specOf("exact", "each", expected), ["4", "**6**"])).toMatchObject({
    score: 0.5,
    fault: "format",
    ifFormatFixed: 1,
  });
});

test("all answers are one text, and nothing that the user said", async () => {
  const none = (text: string) => specOf("contains", "all", { none: text });
  expect(await scoreOf(none("4"), ["4", "6"])).toMatchObject({ score: 0 });
  expect(await scoreOf(none("2+2"), ["4", "6"])).toMatchObject({ score: 1 });
});

test("turns that a refusal kept from being asked score 0, and those before it what they are", async () => {
  const score = await scoreOf(specOf("exact", "each", expected), ["4"], "empty");
  expect(score).toMatchObject({ score: 0.5, parts: [{ score: 1 }, { score: 0 }] });
  expect(await scoreOf(specOf("exact", "last", expected), ["4", ""], "empty")).toMatchObject({ score: 0 });
});

test("a turn that cannot be judged leaves the conversation unscored", async () => {
  const stuck = specOf("regex", "each", { pattern: "^(a+)+$" });
  expect(await scoreOf(stuck, ["aa", `${"a".repeat(40)}!`])).toMatchObject({
    kind: "unscored",
    code: "regex-timeout",
    parts: [{ score: 1 }, { score: null }],
  });
});

describe("a case is refused before any call", () => {
  const check = (choice: ScorerSpec["turns"], talk: JsonObject["talk"]) =>
    caseCheck([specOf("numeric", choice, expected)], "{{ talk }}")({ talk: talk ?? null });

  test("where a turn lacks what is read of it, or holds what does not fit", () => {
    expect(check("each", TURNS)).toBeUndefined();
    expect(check("each", ["2+2?", ...TURNS])).toMatchObject({
      reason: "numeric: the case has no field turn.expected",
      field: "talk",
    });
    expect(check("last", ["2+2?", ...TURNS])).toBeUndefined();
    expect(check("each", [{ user: "?", expected: "many" }])?.reason).toContain("expected is not a number");
  });

  test("where it has no turns", () => {
    expect(check("last", "2+2?")).toEqual({
      reason: 'the turns must be a list (they are "2+2?")',
      field: "talk",
    });
  });
});
