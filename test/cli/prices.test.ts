import { expect, test } from "vitest";
import { priceOf } from "../../src/cli/prices.ts";
import { costUsd } from "../../src/engine/cost.ts";
import { aModel } from "../engine/models.ts";

const usage = {
  inputTokens: 1_000_000,
  outputTokens: 100_000,
  cachedReadTokens: undefined,
  cachedWriteTokens: undefined,
  reasoningTokens: undefined,
};
const timings = { latencyMs: 3_600_000, firstTokenMs: undefined, generationMs: 1_800_000, loadMs: undefined };

test("an exact id at its own provider has the table's dated price", () => {
  expect(priceOf(aModel("gpt-4o-2024-08-06"))).toMatchObject({ input: 2.5, output: 10, cachedRead: 1.25 });
  expect(priceOf(aModel("gpt-4o-2024-08-06"))?.source).toMatch(/^table \d{4}-\d\d-\d\d$/);
  expect(priceOf(aModel("claude-sonnet-5", { backend: "anthropic" }))).toMatchObject({
    input: 2,
    output: 10,
  });
});

test.each([
  ["an id that the table does not have", aModel("gpt-4o-2031-01-01")],
  ["another provider's id", aModel("claude-sonnet-5")],
  ["the same id on another host", aModel("gpt-4o", { options: { base_url: "https://example.test/v1" } })],
])("%s is unknown, and so is its cost", (_, model) => {
  expect(priceOf(model)).toBeUndefined();
  expect(costUsd(usage, timings, priceOf(model))).toBeNull();
});

test("the suite's price goes before the table's", () => {
  const price = { input: 1, output: 2, cachedRead: undefined, cachedWrite: undefined, perHour: undefined };
  expect(priceOf(aModel("gpt-4o", { price: { ...price, source: "suite" } }))?.source).toBe("suite");
});

test("a local model costs nothing, unless the suite gives an hour a price", () => {
  const local = aModel("llama3:8b", { backend: "ollama" });
  expect(costUsd(usage, timings, priceOf(local))).toBe(0);
  const perHour = {
    input: 0,
    output: 0,
    cachedRead: undefined,
    cachedWrite: undefined,
    perHour: 2,
    source: "suite",
  };
  expect(costUsd(usage, timings, perHour)).toBe(1);
});

test("cached tokens are billed at their own prices, as a part of the input", () => {
  const price = {
    input: 10,
    output: 0,
    cachedRead: 1,
    cachedWrite: 12.5,
    perHour: undefined,
    source: "suite",
  };
  const cached = { ...usage, outputTokens: 0, cachedReadTokens: 500_000, cachedWriteTokens: 100_000 };
  expect(costUsd(cached, timings, price)).toBeCloseTo(0.4 * 10 + 0.5 * 1 + 0.1 * 12.5, 12);
  expect(costUsd(cached, timings, { ...price, cachedRead: undefined, cachedWrite: undefined })).toBeCloseTo(
    10,
    12,
  );
});

test("tokens that nobody counted make a cost unknown", () => {
  expect(costUsd({ ...usage, outputTokens: undefined }, timings, priceOf(aModel("gpt-4o")))).toBeNull();
});
