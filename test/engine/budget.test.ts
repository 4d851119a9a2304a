import fc from "fast-check";
import { expect, test } from "vitest";
import type { Price } from "../../src/domain/model.ts";
import type { Answer, Failure, Outcome } from "../../src/domain/outcome.ts";
import {
  chargedUsd,
  costBound,
  hold,
  mostUsd,
  newPurse,
  settleCalls,
  suffices,
} from "../../src/engine/budget.ts";
import { aModel } from "./models.ts";

const price: Price = {
  input: 2,
  output: 10,
  cachedRead: undefined,
  cachedWrite: undefined,
  perHour: undefined,
  source: "suite",
};
const failure: Failure = {
  code: "connection-lost",
  message: "cut",
  retryable: true,
  retryAfterMs: undefined,
  httpStatus: undefined,
  partialText: undefined,
};

function answered(inputTokens: number | undefined, outputTokens: number | undefined): Outcome {
  const answer: Answer = {
    text: "4",
    toolCalls: [],
    finishReason: "stop",
    usage: {
      inputTokens,
      outputTokens,
      cachedReadTokens: undefined,
      cachedWriteTokens: undefined,
      reasoningTokens: undefined,
    },
    timings: { latencyMs: 1, firstTokenMs: undefined, generationMs: undefined, loadMs: undefined },
    servedModel: undefined,
    notes: [],
  };
  return { kind: "answered", answer };
}

const one = (usd: number) => ({ usd, calls: 1 });

test("whatever calls cost up to what was held for them, and however they overlap, the budget is never exceeded", () => {
  const calls = fc.array(
    fc.record({
      most: fc.double({ min: 0, max: 1, noNaN: true }),
      share: fc.double({ min: 0, max: 1, noNaN: true }),
    }),
    { maxLength: 60 },
  );
  fc.assert(
    fc.property(
      calls,
      fc.double({ min: 0.1, max: 5, noNaN: true }),
      fc.integer({ min: 1, max: 40 }),
      (all, usd, most) => {
        const purse = newPurse({ usd, calls: most }, { usd: 0, calls: 0 });
        const flying: (typeof all)[number][] = [];
        for (const call of all) {
          while (!suffices(purse, call.most) && flying.length > 0) {
            const done = flying.shift();
            if (done !== undefined) settleCalls(purse, one(done.most), one(done.most * done.share));
          }
          if (!suffices(purse, call.most)) break;
          hold(purse, call.most);
          flying.push(call);
        }
        for (const { most: held, share } of flying) settleCalls(purse, one(held), one(held * share));
        expect(purse.spentUsd).toBeLessThanOrEqual(usd + 1e-6);
        expect(purse.spentCalls).toBeLessThanOrEqual(most);
        expect(purse).toMatchObject({ heldUsd: 0, heldCalls: 0 });
      },
    ),
  );
});

test("the worst case of a call has a token for each byte of the prompt and the longest answer", () => {
  const bound = costBound(aModel("m"), price, 1000);
  const prompt = "Grüße, 世界!";
  const most = mostUsd(bound, [{ role: "user", content: prompt }]);
  const bytes = Buffer.byteLength(prompt);
  expect(most).toBeGreaterThan((bytes * price.input + 1000 * price.output) / 1e6);
  expect(most).toBeLessThan(((bytes + 40) * price.input + 1000 * price.output) / 1e6);
});

test("tools and an answer's schema are part of the prompt, and cache writes may be its dearest tokens", () => {
  const plain = aModel("m");
  const schema = { type: "object", properties: { name: { type: "string", description: "x".repeat(5000) } } };
  const with5k = { ...plain, parameters: { ...plain.parameters, responseSchema: schema } };
  const least = (5000 * price.input) / 1e6;
  expect(costBound(with5k, price, 10).fixedUsd - costBound(plain, price, 10).fixedUsd).toBeGreaterThan(least);
  const dear = costBound(plain, { ...price, cachedWrite: 2.5 }, 10);
  expect(dear.perInputTokenUsd).toBeCloseTo(2.5e-6, 12);
});

test("an answer without a limit has no bound, but where tokens cost nothing", () => {
  expect(costBound(aModel("m"), price, undefined).fixedUsd).toBe(Number.POSITIVE_INFINITY);
  expect(costBound(aModel("m"), { ...price, input: 0, output: 0 }, undefined).fixedUsd).toBe(0);
});

test("hardware by the hour is held for the whole deadline of a call", () => {
  const hourly = { ...price, input: 0, output: 0, perHour: 3.6 };
  expect(costBound(aModel("m"), hourly, undefined).fixedUsd).toBeCloseTo(3.6 * (5 / 3600), 12);
});

test("an answer takes what it was billed, and all that was held where nobody counted its tokens", () => {
  expect(chargedUsd(answered(100, 10), 1, price)).toBeCloseTo(0.0003, 12);
  expect(chargedUsd(answered(undefined, undefined), 1, price)).toBe(1);
});

test("a call that was turned down is not billed; one that broke may have cost all that was held", () => {
  const failed = (over: Partial<Failure>): Outcome => ({ kind: "failed", failure: { ...failure, ...over } });
  expect(chargedUsd(failed({ code: "rate-limited", httpStatus: 429 }), 1, price)).toBe(0);
  expect(chargedUsd(failed({ code: "unreachable" }), 1, price)).toBe(0);
  expect(chargedUsd(failed({}), 1, price)).toBe(1);
  expect(chargedUsd(failed({ code: "timeout" }), 1, price)).toBe(1);
});
