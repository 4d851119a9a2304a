import { expect, test } from "vitest";
import { plainAnswer } from "../../src/storage/plain-answer.ts";
import { answerSchema } from "../../src/storage/sample-record.ts";

const plain = {
  notes: ["timed-late"],
  finishReason: "stop",
  toolCalls: [],
  text: "42",
  servedModel: "m-1",
  timings: { latencyMs: 12.5, loadMs: 3 },
  usage: { outputTokens: 1, inputTokens: 12, cachedReadTokens: 0 },
};
const step = { name: "draft", model: "m", kind: "answered", answer: plain, cached: false };
const wrongValues: readonly unknown[] = [undefined, null, true, -1, 1.5, "?", "", [], [1], ["?"], { x: 1 }];

/** Every field of every level with every value of another type, left out, and one field too many. */
const variants = [
  plain,
  { ...plain, more: 1, usage: { ...plain.usage, more: 1 } },
  ...Object.keys({ ...plain, steps: [] }).flatMap((key) =>
    wrongValues.map((value) => ({ ...plain, [key]: value })),
  ),
  ...["inputTokens", "outputTokens", "cachedReadTokens", "cachedWriteTokens", "reasoningTokens"].flatMap(
    (key) => wrongValues.map((value) => ({ ...plain, usage: { ...plain.usage, [key]: value } })),
  ),
  ...["latencyMs", "firstTokenMs", "generationMs", "loadMs"].flatMap((key) =>
    wrongValues.map((value) => ({ ...plain, timings: { ...plain.timings, [key]: value } })),
  ),
].map((record): unknown => JSON.parse(JSON.stringify(record)));

test("what the quick look takes, the schema reads as the same text", () => {
  const taken = variants.filter((record) => plainAnswer(record) !== undefined);
  expect(taken.length).toBeGreaterThan(25);
  for (const record of taken)
    expect(JSON.stringify(plainAnswer(record))).toBe(JSON.stringify(answerSchema.parse(record)));
});

test("a number that JSON text can say and no number can be is left to the schema, which refuses it", () => {
  const record: unknown = JSON.parse(JSON.stringify(plain).replace("12.5", "1e999"));
  expect(plainAnswer(record)).toBeUndefined();
  expect(answerSchema.safeParse(record).success).toBe(false);
});

test("steps and calls of tools are left to the schema", () => {
  for (const rare of [{ steps: [step] }, { toolCalls: [{ name: "f", arguments: {} }] }]) {
    expect(plainAnswer({ ...plain, ...rare })).toBeUndefined();
    expect(answerSchema.safeParse({ ...plain, ...rare }).success).toBe(true);
  }
});
