import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import type { JsonObject } from "../../src/domain/json.ts";
import type { ToolCall } from "../../src/domain/outcome.ts";
import { namedParts } from "../../src/scorers/parts.ts";
import { scorers } from "../../src/scorers/registry.ts";
import { type ScoredOutcome, scoreAnswer } from "../../src/scorers/score-answer.ts";
import { testPorts } from "./ports.ts";

const directory = mkdtempSync(join(tmpdir(), "evals-parts-"));
const ports = testPorts(10_000, directory);
afterAll(() => ports.modules.close());

const place = { file: "suite.yaml", line: 1, column: 1, endLine: 1, endColumn: 1 };

interface Said {
  readonly outcome?: ScoredOutcome;
  readonly toolCalls?: readonly ToolCall[];
  readonly fields?: JsonObject;
}

const asked = { prompt: [], rival: { kind: "none", reason: "" }, ports } as const;

/** The parts of a score as `{ name: score }`. */
async function partsOf(scorer: string, options: JsonObject, text: string, said: Said = {}) {
  const { outcome = "answered", toolCalls = [], fields = {} } = said;
  const specs = [{ scorer, label: scorer, weight: 1, options, place }];
  const item = { id: "c1", fields, tags: [], cluster: undefined, hash: "0", line: 1 };
  const answer = { text, toolCalls, notes: [] };
  const [judged] = await scoreAnswer({ specs, case: item, answer, outcome, ...asked });
  const parts = judged?.score.parts;
  return parts && Object.fromEntries(parts.map(({ name, score }) => [name, score]));
}

describe("the fields of json", () => {
  const expected = {
    city: "Bonn",
    items: [
      { sku: "a", qty: 2 },
      { sku: "b", qty: 1 },
    ],
  };

  test("are its parts, or with `partial: deep` its values, list positions aside", async () => {
    const answer = JSON.stringify({
      city: "Rome",
      items: [
        { sku: "a", qty: 2 },
        { sku: "b", qty: 3 },
      ],
    });
    expect(await partsOf("json", { expected }, answer)).toEqual({ city: 0, items: 0 });
    expect(await partsOf("json", { expected, partial: "deep" }, answer)).toEqual({
      city: 0,
      "items.sku": 1,
      "items.qty": 0.5,
    });
    expect(await partsOf("yaml", { expected: { city: "Bonn" } }, "city: Bonn")).toEqual({ city: 1 });
    expect(await partsOf("xml", { expected: { city: "Bonn" } }, "<city>Rome</city>")).toEqual({ city: 0 });
  });

  test("are wrong where the answer is not accepted, and a field that nobody expected is none of them", async () => {
    const lost = { city: 0, items: 0 };
    for (const answer of ["It is Bonn.", "[]", `\`\`\`json\n${JSON.stringify(expected)}\n\`\`\``])
      expect(await partsOf("json", { expected }, answer)).toEqual(lost);
    const more = JSON.stringify({ ...expected, mood: "fine" });
    expect(await partsOf("json", { expected, allow_extra: false }, more)).toEqual({ city: 1, items: 1 });
  });
});

test("each instruction is a part under the name of its option, or of IFEval's", async () => {
  const ifeval = [{ id: "punctuation:no_comma", kwargs: {} }];
  const options = { words: { max: 3 }, keywords: ["fine"], counts: { dose: { min: 1 } }, ifeval };
  expect(await partsOf("instructions", options, "A dose, or two of them")).toEqual({
    words: 0,
    keywords: 0,
    "counts.dose": 1,
    "punctuation:no_comma": 0,
  });
});

test("expected tool calls are parts by the name of the tool", async () => {
  const expected = [
    { name: "find", arguments: { q: "a" } },
    { name: "find", arguments: { q: "b" } },
    { name: "end" },
  ];
  const toolCalls = [
    { name: "find", arguments: { q: "b" } },
    { name: "end", arguments: {} },
  ];
  expect(await partsOf("tool-calls", { expected }, "", { toolCalls })).toEqual({ find: 0.5, end: 1 });
});

test("a function of the user's names its parts itself", async () => {
  writeFileSync(
    join(directory, "tone.mjs"),
    "export default () => ({ score: 0.5, parts: { warm: 0.5, brief: true } });",
  );
  expect(await partsOf("module", { path: "tone.mjs" }, "Hello")).toEqual({ warm: 0.5, brief: 1 });
});

test("a composition has every part and the parts of each under its name; one that cannot judge is null", async () => {
  const options = {
    scorers: [
      { json: { name: "content", expected: { city: "Bonn" } } },
      { all: { name: "form", scorers: [{ length: { max: 90, unit: "chars" } }] } },
      { regex: { pattern: "^(a+)+$" } },
    ],
  };
  const answer = JSON.stringify({ city: "Bonn" });
  expect(await partsOf("mean", options, answer)).toEqual({
    content: 1,
    "content.city": 1,
    form: 1,
    "form.length": 1,
    regex: 0,
  });
  expect(await partsOf("any", options, `${"a".repeat(40)}!`)).toMatchObject({ regex: null, content: 0 });
});

test.each(["refused", "empty"] as const)(
  "an answer that is %s has the parts of any other, at 0",
  async (outcome) => {
    const parts = { city: 0, "content.city": 0 };
    expect(await partsOf("json", { expected: { city: "Bonn" } }, "", { outcome })).toEqual({
      city: parts.city,
    });
    const inner = { json: { name: "content", expected: { city: "Bonn" } } };
    expect(await partsOf("mean", { scorers: [inner] }, "", { outcome })).toEqual({
      content: 0,
      "content.city": parts["content.city"],
    });
    expect(await partsOf("instructions", { no_commas: true }, "", { outcome })).toEqual({ no_commas: 0 });
    expect(await partsOf("tool-calls", { expected: { name: "end" } }, "", { outcome })).toEqual({ end: 0 });
  },
);

test("the examples' scores have no part twice, and none outside of 0 to 1", async () => {
  for (const { name, examples } of scorers.values()) {
    for (const { options = {}, fields = {}, answer, toolCalls = [] } of examples) {
      const specs = [{ scorer: name, label: name, weight: 1, options, place }];
      const item = { id: "c1", fields, tags: [], cluster: undefined, hash: "0", line: 1 };
      const said = { text: answer, toolCalls, notes: [] };
      const [judged] = await scoreAnswer({ specs, case: item, answer: said, outcome: "answered", ...asked });
      const parts = judged?.score.parts ?? [];
      expect(new Set(parts.map((part) => part.name)).size).toBe(parts.length);
      for (const { score } of parts) expect(score === null || (score >= 0 && score <= 1)).toBe(true);
    }
  }
});

test("parts of one name become their mean by weight; more than a hundred become one", () => {
  const part = (name: string, score: number | null, weight = 1) => ({ name, score, weight });
  expect(namedParts([part("a", 1, 3), part("b", 0), part("a", 0)])).toEqual([
    part("a", 0.75, 2),
    part("b", 0),
  ]);
  expect(namedParts([part("a", 1), part("a", null)])).toEqual([part("a", null)]);
  const many = namedParts(Array.from({ length: 150 }, (_, at) => part(`p${at}`, at < 125 ? 1 : 0)));
  expect(many).toHaveLength(101);
  expect(many.at(-1)).toEqual(part("(others)", 0.5));
});
