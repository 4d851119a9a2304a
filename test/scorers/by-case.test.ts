import { describe, expect, test } from "vitest";
import type { JsonObject } from "../../src/domain/json.ts";
import type { ScorerSpec } from "../../src/domain/suite.ts";
import { combine } from "../../src/scorers/combine.ts";
import { checkOptions } from "../../src/scorers/options.ts";
import { caseCheck, scoreAnswer } from "../../src/scorers/score-answer.ts";
import { testPorts } from "./ports.ts";

const ports = testPorts();
const place = { file: "suite.yaml", line: 1, column: 1, endLine: 1, endColumn: 1 };

function specOf(scorer: string, options: JsonObject, weight: ScorerSpec["weight"] = 1): ScorerSpec {
  return { scorer, label: scorer, weight, options, place };
}

async function scoresOf(specs: readonly ScorerSpec[], fields: JsonObject, text: string) {
  const item = { id: "c1", fields, tags: [], cluster: undefined, hash: "0", line: 1 };
  const answer = { text, toolCalls: [], notes: [] };
  const rival = { kind: "none", reason: "there is no baseline" } as const;
  return scoreAnswer({ specs, case: item, answer, outcome: "answered", prompt: [], rival, ports });
}

async function scoreOf(spec: ScorerSpec, fields: JsonObject, text: string) {
  const [judged] = await scoresOf([spec], fields, text);
  return judged?.score.kind === "scored" ? judged.score.score : judged?.score.reason;
}

describe("an option that is a field of the case", () => {
  const numeric = specOf("numeric", { tolerance: "{{ tol }}" });

  test("may be a number, or the text of one, as CSV has it", async () => {
    for (const tol of [0.5, "0.5"]) {
      expect(await scoreOf(numeric, { expected: 2, tol }, "2.4")).toBe(1);
      expect(await scoreOf(numeric, { expected: 2, tol }, "2.6")).toBe(0);
    }
  });

  test("is left to its default by null and by an empty text", async () => {
    for (const tol of [null, ""]) {
      expect(await scoreOf(numeric, { expected: 2, tol }, "2.4")).toBe(0);
      expect(await scoreOf(numeric, { expected: 2, tol }, "2")).toBe(1);
    }
  });

  test("may be a list or a boolean, or the JSON text of one", async () => {
    const choice = specOf("choice", { options: "{{ options }}", strict: "{{ strict }}" });
    const texts = { options: '["red", "blue"]', strict: "true", expected: "blue" };
    expect(caseCheck([choice])(texts)).toBeUndefined();
    expect(await scoreOf(choice, texts, "blue")).toBe(1);
    expect(await scoreOf(choice, { ...texts, options: ["red", "blue"] }, "red")).toBe(0);
  });

  test("stays a text where a text is what the option wants", async () => {
    const contains = specOf("contains", { any: "{{ word }}" });
    expect(await scoreOf(contains, { word: "42" }, "It is 42.")).toBe(1);
    expect(await scoreOf(specOf("exact", {}), { expected: "true" }, "true")).toBe(1);
  });

  test("reaches the parts of a composition", async () => {
    const inner = { length: { unit: "words", max: "{{ words }}", weight: "{{ w }}" } };
    const mean = specOf("mean", { scorers: ["exact", inner] });
    const fields = { expected: "no", words: "1", w: "3" };
    expect(caseCheck([mean])(fields)).toBeUndefined();
    expect(await scoreOf(mean, fields, "yes")).toBe(0.75);
    expect(await scoreOf(mean, { ...fields, w: null }, "yes")).toBe(0.5);
  });

  test.each([
    [{ expected: 2, tol: "wide" }, "tol", /^numeric: tolerance: .*\(it is "wide"\)$/],
    [{ expected: 2, tol: [1] }, "tol", /^numeric: tolerance: .*\(it is \[1\]\)$/],
    [{ expected: 2, tol: "-1" }, "tol", /^numeric: tolerance: /],
    [{ expected: "many", tol: 1 }, "expected", /^numeric: expected is not a number: "many"$/],
  ])("of the wrong kind (%j) is told with its field", (fields, field, reason) => {
    const fault = caseCheck([numeric])(fields);
    expect(fault).toMatchObject({ field });
    expect(fault?.reason).toMatch(reason);
  });
});

describe("a weight that is a field of the case", () => {
  const specs = [specOf("exact", {}, "{{ w }}"), specOf("length", { unit: "words", max: 1 })];

  test("weighs in that case alone; null is 1", async () => {
    for (const [w, score] of [
      [3, 0.25],
      ["3", 0.25],
      [null, 0.5],
      [0, 1],
    ] as const) {
      const scores = await scoresOf(specs, { expected: "no", w }, "yes");
      expect(combine(scores).score).toBe(score);
    }
  });

  test("of the wrong kind is told with its field, and so is a case in which nothing weighs", () => {
    for (const w of [-1, "heavy", [1], true])
      expect(caseCheck(specs)({ expected: "no", w })).toEqual({
        field: "w",
        reason: `exact: weight must be a number of at least 0 (it is ${JSON.stringify(w)})`,
      });
    expect(caseCheck(specs.slice(0, 1))({ expected: "no", w: 0 })?.reason).toBe(
      "every scorer has weight 0: there is no score",
    );
  });
});

describe("what is run is not for a case to say", () => {
  const messages = (scorer: string, options: JsonObject) =>
    checkOptions(scorer, options).map(({ path, message }) => `${path.join(".")}: ${message.split(":")[0]}`);

  test.each([
    ["module", { path: "{{ file }}" }, "path: takes no template"],
    ["module", { path: "a.mjs", function: "{{ f }}" }, "function: takes no template"],
    ["all", { scorers: "{{ list }}" }, "scorers: takes no template"],
    ["all", { scorers: ["{{ name }}"] }, "scorers.0: takes no template"],
    ["any", { scorers: [{ module: { path: "{{ file }}" } }] }, "scorers.0.module.path: takes no template"],
    ["mean", { scorers: [{ all: { scorers: ["{{ x }}"] } }] }, "scorers.0.all.scorers.0: takes no template"],
    [
      "mean",
      { scorers: [{ exact: { name: "{{ x }}" } }] },
      "scorers.0.exact.name: name must be the same for every case",
    ],
  ])("%s %j", (scorer, options, message) => {
    expect(messages(scorer, options)).toContain(message);
  });

  test("options in place of an object are no way around", () => {
    expect(messages("all", { scorers: [{ module: "{{ options }}" }] })).not.toEqual([]);
  });
});
