import { describe, expect, test } from "vitest";
import type { JsonObject } from "../../src/domain/json.ts";
import type { Score } from "../../src/domain/score.ts";
import { judge } from "./judge.ts";
import { testPorts } from "./ports.ts";

const ports = testPorts();

/** `right`, `wrong`, `format` or `unscored`: what a table of results would say. */
function verdict(score: Score): string {
  if (score.kind === "unscored") return "unscored";
  return score.fault === "none" ? "right" : score.fault;
}

type Row = readonly [answer: string, wanted: string];

function table(name: string, options: JsonObject, rows: readonly Row[]) {
  test.each(rows)(`${name}: %j is %s`, async (answer, wanted) => {
    const score = await judge(name, { options, answer }, ports);
    expect(verdict(score), score.reason).toBe(wanted);
  });
}

describe("labels are read from", () => {
  table("classify", { labels: { spam: ["junk"], ham: ["not spam", "fine"] }, expected: "ham" }, [
    ["ham", "right"],
    ["Not spam.", "right"],
    ["This is fine, so: ham", "right"],
    ["The answer is **ham**.", "right"],
    ["spam", "wrong"],
    ["It is junk.", "wrong"],
    ["hamlet", "format"],
    ["either spam or ham", "format"],
    ["", "format"],
  ]);
  table("classify", { labels: ["bug", "login", "billing"], expected: ["login", "bug"] }, [
    ["bug, login", "right"],
    ["- bug\n- login", "right"],
    ['["login", "bug"]', "right"],
    ["It is a bug in the login.", "right"],
    ["bug", "wrong"],
    ["bug, login, billing", "wrong"],
    ["none", "format"],
  ]);
  table("classify", { labels: ["bug", "login"], expected: [] }, [
    ["[]", "right"],
    ["None of these.", "right"],
    ["bug", "wrong"],
  ]);
});

describe("an option is read from", () => {
  table("choice", { options: ["A", "B", "C", "D"], expected: "B" }, [
    ["B", "right"],
    ["b", "right"],
    [" (B) ", "right"],
    ["**B.**", "right"],
    ["B. because the others fail", "right"],
    ["The answer is B", "right"],
    ["The correct answer is: **B**.", "right"],
    ["Answer: B", "right"],
    ["I think (A) is wrong, so the answer is (B).", "right"],
    ["A) is too small.\nB) fits.\nC) is too big.\n\nFinal answer: B", "right"],
    ["A) is too small.\nB) fits.", "format"],
    ["Option B is best", "right"],
    ["$\\boxed{B}$", "right"],
    ['{"answer": "B"}', "right"],
    ["C", "wrong"],
    ["The answer is C, not B.", "wrong"],
    ["Either B or C", "format"],
    ["A dog is an animal", "format"],
    ["I cannot say", "format"],
    ["Not B", "format"],
    ["The answer is a matter of taste", "format"],
  ]);
  table("choice", { options: ["billing", "bug", "other"], expected: "bug" }, [
    ["bug", "right"],
    ["Bug.", "right"],
    ["This is a bug report", "right"],
    ["Category: bug", "right"],
    ["B", "format"],
    ["debugging", "format"],
    ["It is not a bug", "format"],
    ["billing", "wrong"],
    ["It is billing, not a bug.", "wrong"],
  ]);
  table("choice", { options: ["A", "B"], choices: ["a red fox", "a blue whale"], expected: "B" }, [
    ["a blue whale", "right"],
    ["B) a blue whale", "right"],
    ["It must be a blue whale.", "right"],
    ["a red fox", "wrong"],
    ["B) a red fox", "right"],
  ]);
  table("choice", { options: ["1", "2", "3"], expected: 2 }, [
    ["2", "right"],
    ["Answer: 3", "wrong"],
  ]);
});

describe("a number is read from", () => {
  table("numeric", { expected: 42 }, [
    ["42", "right"],
    ["6 * 7 = 42", "right"],
    ["The answer is 42 (6 times 7).", "right"],
    ["**Answer:** 42 apples, from 6 trees with 7 each", "right"],
    ["#### 42\nChecked in 3 steps", "right"],
    ["\\boxed{42} in 2 steps", "right"],
    ['{"reasoning": "raw\nbreak 7", "answer": 42}', "right"],
    ['```json\n{"answer": "42 km"}\n```\nThat took 5 steps.', "right"],
    ['{"answer": "unknown"} after 42 tries', "format"],
    ["The answer is 6 x 7 = 42", "right"],
    ["41.9999", "wrong"],
    ["-42", "wrong"],
    ["forty-two", "format"],
    ["", "format"],
  ]);
  table("numeric", { expected: "45%" }, [
    ["45", "right"],
    ["45 percent", "right"],
    ["0.45", "wrong"],
  ]);
  table("numeric", { expected: 0.45, percent: "fraction" }, [
    ["45%", "right"],
    ["0.45", "right"],
    ["45", "wrong"],
  ]);
  table("numeric", { expected: 100, relative_tolerance: 0.01 }, [
    ["101", "right"],
    ["101.5", "wrong"],
  ]);
  table("numeric", { expected: 0.3 }, [["0.30000000000000004", "right"]]);
});

describe("JSON is judged for", () => {
  table("json", { expected: { a: 1, b: [1, 2] } }, [
    ['{"a": 1, "b": [1, 2], "c": 0}', "right"],
    ['{"a": 1, "b": [2, 1]}', "wrong"],
    ['{"a": "1", "b": [1, 2]}', "wrong"],
    ["[1]", "wrong"],
    ['Sure: {"a": 1, "b": [1, 2]}', "format"],
    ['{"a": 1, "b": [1, 2]', "format"],
    ["[".repeat(100_000), "format"],
  ]);
  table("json", { expected: {}, allow_extra: false }, [
    ["{}", "right"],
    ['{"__proto__": 1}', "wrong"],
  ]);
  table("json", { expected: { toString: 1 } }, [["{}", "wrong"]]);
  table("json", { expected: { user: { name: "Ada", age: 36 } }, fields: ["user.name"], ignore_case: true }, [
    ['{"user": {"name": "ADA", "age": 1}}', "right"],
    ['{"user": "Ada"}', "wrong"],
  ]);
  table("json", { schema: { type: "object", properties: { id: { type: "string", pattern: "^(a+)+$" } } } }, [
    ['{"id": "aaa"}', "right"],
    ['{"id": 1}', "format"],
    [`{"id": "${"a".repeat(40)}!"}`, "unscored"],
  ]);
  test("a fence costs the format, and the content keeps its own score", async () => {
    const options = { expected: { a: 1, b: 2 } };
    const score = await judge("json", { options, answer: '```json\n{"a": 1, "b": 3}\n```' }, ports);
    expect(score).toMatchObject({ score: 0, fault: "format", ifFormatFixed: 0.5 });
  });
});

describe("length counts", () => {
  test.each([
    ["words", "A well-known fact - isn't it?", 5],
    ["words", "\u6211\u7231\u5317\u4eac", 3],
    ["words", "word ".repeat(3000), 3000],
    ["sentences", "One. Two! Three?\nFour", 4],
    ["sentences", "It is 3.5 km. Yes.", 2],
    ["sentences", "This one is short. ".repeat(1000), 1000],
    ["chars", "\u{1f600}a", 2],
    ["lines", "a\r\nb\n\nc", 3],
    ["words", "", 0],
  ])("%s of %j: %i", async (unit, answer, count) => {
    const options = { unit, min: count, max: count };
    expect(await judge("length", { options, answer }, ports)).toMatchObject({ score: 1 });
  });
});

describe("the reason says", () => {
  test.each([
    ["numeric", { expected: 42 }, "so 41", "expected 42, the last number is 41"],
    [
      "exact",
      { expected: "a b" },
      "a\u00a0b",
      "looks the same, but character 2 is U+00A0 (no-break space), expected U+0020 (space)",
    ],
    [
      "exact",
      { expected: "caf\u00e9" },
      "cafe\u0301",
      "the same text in another Unicode form: character 4 is U+0065 (e), expected U+00E9 (\u00e9)",
    ],
    [
      "exact",
      { expected: "Paris" },
      "\u0420aris",
      "looks the same, but character 1 is U+0420 (\u0420), expected U+0050 (P)",
    ],
    ["choice", { options: ["A", "B"], expected: "A" }, "B", 'expected "A", the answer is "B"'],
    ["length", { unit: "words", max: 2 }, "one two three", "3 words, at most 2 were asked for"],
  ])("%s %j on %j", async (name, options: JsonObject, answer, reason) => {
    expect((await judge(name, { options, answer }, ports)).reason).toBe(reason);
  });
});
