import { describe, expect, test } from "vitest";
import type { Pace } from "../../src/domain/forecast.ts";
import type { Model, Price } from "../../src/domain/model.ts";
import type { Sharing } from "../../src/domain/ports.ts";
import { type AskedModel, forecast } from "../../src/engine/forecast.ts";

const place = { file: "suite.yaml", line: 1, column: 1, endLine: 1, endColumn: 2 };

interface Given {
  readonly maxTokens?: number;
  readonly repeats?: number;
  readonly concurrency?: number;
  readonly price?: Price;
  readonly sharing?: Sharing;
  readonly pace?: Partial<Pace>;
}

const UNKNOWN = {
  inputTokens: undefined,
  outputTokens: undefined,
  latencyMs: undefined,
  generationMs: undefined,
};

function asked(name: string, given: Given): AskedModel {
  const { repeats = 1, concurrency = 4, sharing = "parallel", pace } = given;
  const none = { temperature: undefined, topP: undefined, seed: undefined, stop: undefined };
  const parameters = { maxTokens: given.maxTokens, ...none, responseSchema: undefined, tools: undefined };
  const settings = {
    concurrency,
    repeats,
    timeoutMs: 1,
    idleTimeoutMs: 1,
    maxAttempts: 1,
    rpm: undefined,
    tpm: undefined,
  };
  const model: Model = {
    name,
    backend: "any",
    model: name,
    parameters,
    settings,
    price: undefined,
    options: {},
    place,
  };
  const paces = new Map(pace === undefined ? [] : [["qa", { ...UNKNOWN, ...pace }]]);
  return { model, price: given.price, longestAnswer: given.maxTokens, sharing, simulated: false, paces };
}

const price = (input: number, output: number, perHour?: number): Price => ({
  input,
  output,
  cachedRead: undefined,
  cachedWrite: undefined,
  perHour,
  source: "suite",
});

const qa = { name: "qa", cases: 100, messages: 1, promptBytes: 36 * 100 };
const ask = (models: readonly AskedModel[], concurrency = 64) =>
  forecast({ models, tasks: [qa], concurrency });

describe("tokens and cost", () => {
  test("without earlier answers are those of the prompts and, at most, of the limit", () => {
    const [model] = ask([asked("m", { maxTokens: 50, repeats: 2, price: price(1, 10) })]).models;
    // 36 bytes / 4 + 4.
    expect(model).toMatchObject({
      calls: 200,
      inputTokens: 2600,
      outputTokens: undefined,
      mostOutputTokens: 10000,
    });
    expect(model?.costUsd).toBeUndefined();
    expect(model?.mostCostUsd).toBeCloseTo((2600 + 10 * 10000) / 1e6, 12);
  });

  test("go by earlier answers where they are there", () => {
    const pace = { inputTokens: 20, outputTokens: 5 };
    const [model] = ask([asked("m", { maxTokens: 50, price: price(1, 10), pace })]).models;
    expect(model).toMatchObject({ inputTokens: 2000, outputTokens: 500, measured: true });
    expect(model?.costUsd).toBeCloseTo((2000 + 10 * 500) / 1e6, 12);
  });

  test("are unknown without a price, and so is the sum that they are in", () => {
    const pace = { inputTokens: 20, outputTokens: 5 };
    const { models, total } = ask([asked("a", { pace }), asked("b", { pace, price: price(1, 1) })]);
    expect(models[0]?.costUsd).toBeUndefined();
    expect(models[1]?.costUsd).toBeGreaterThan(0);
    expect(total.costUsd).toBeUndefined();
    expect(total).toMatchObject({ calls: 200, inputTokens: 4000, outputTokens: 1000 });
  });

  test("of a machine by the hour grow with the length of the answers", () => {
    const pace = { inputTokens: 20, outputTokens: 10, latencyMs: 3600 };
    const [model] = ask([asked("m", { maxTokens: 100, price: price(0, 0, 2), pace })]).models;
    // 100 answers of 3.6 s are a tenth of an hour; at most ten times as long.
    expect(model?.costUsd).toBeCloseTo(0.2, 9);
    expect(model?.mostCostUsd).toBeCloseTo(2, 9);
  });
});

describe("time", () => {
  const pace = { latencyMs: 1000 };

  test("is calls times latency over the calls in flight", () => {
    expect(ask([asked("m", { concurrency: 4, pace })]).total.timeMs).toBe(25_000);
  });

  test("of models side by side is the slowest one's, or what the run's concurrency allows", () => {
    const models = [asked("a", { pace }), asked("b", { concurrency: 2, pace })];
    expect(ask(models).total.timeMs).toBe(50_000);
    expect(ask(models, 2).total.timeMs).toBe(100_000);
  });

  test("of models that take turns on one machine adds up", () => {
    const turns = { sharing: "one-model-at-a-time", pace } as const;
    expect(ask([asked("a", turns), asked("b", turns)]).total.timeMs).toBe(50_000);
  });

  test("is unknown where one model was never timed", () => {
    expect(ask([asked("a", { pace }), asked("b", {})]).total.timeMs).toBeUndefined();
  });
});

describe("a workflow", () => {
  const workflow = {
    name: "vote",
    options: {},
    of: "m",
    others: [],
    fields: [],
    mostCalls: 5,
    copies: 1,
    stepTimeoutMs: 1,
  };
  const price: Price = {
    input: 1,
    output: 1,
    cachedRead: undefined,
    cachedWrite: undefined,
    perHour: undefined,
    source: "suite",
  };
  const tasks = [{ name: "qa", cases: 10, messages: 1, promptBytes: 400 }];
  const of = (over: Partial<Model["workflow"]>, given: Given) => {
    const one = asked("m", given);
    const model = { ...one.model, workflow: { ...workflow, ...over } };
    return forecast({ models: [{ ...one, model }], tasks, concurrency: 4 }).models[0];
  };

  test("is planned with all the calls that it can take, and by earlier runs with those that it took", () => {
    expect(of({}, { maxTokens: 100, price })).toMatchObject({ calls: 50, mostOutputTokens: 5000 });
    const pace = { inputTokens: 90, outputTokens: 20, calls: 2.5 };
    expect(of({}, { maxTokens: 100, price, pace })).toMatchObject({
      calls: 25,
      inputTokens: 900,
      costUsd: 1100e-6,
    });
  });

  test("that asks other models costs what it cost before, and without that nobody knows", () => {
    const others = ["dear"];
    expect(of({ others }, { price, pace: { inputTokens: 90, outputTokens: 20 } })?.costUsd).toBeUndefined();
    const pace = { inputTokens: 90, outputTokens: 20, costUsd: 0.5 };
    expect(of({ others }, { price, pace })).toMatchObject({ costUsd: 5 });
    expect(of({ others }, { price, pace })?.mostCostUsd).toBeUndefined();
  });
});
