import { expect, test } from "vitest";
import { answerReaders } from "../../src/cli/answer-readers.ts";
import { requestKey } from "../../src/engine/request-key.ts";
import { mostUsdOfSample } from "../../src/engine/workflow-bound.ts";
import { conversing } from "../../src/workflows/conversation.ts";
import { broken, memory, refused, request, said, scripted } from "./members.ts";

const { signal } = new AbortController();
const turnsOf = (...texts: readonly string[]) => texts.map((text) => ({ text, fields: {} }));

function talk(...texts: readonly string[]) {
  const [first = ""] = texts;
  return { ...request(), messages: [{ role: "user" as const, content: first }], turns: turnsOf(...texts) };
}

function speaker(
  outcomes: Parameters<typeof scripted>[1],
  cache: ReturnType<typeof memory> | undefined = undefined,
) {
  const { member, asked } = scripted("m", outcomes);
  const backend = conversing({ own: member, read: answerReaders, cache, keyOf: requestKey });
  return { backend, asked };
}

test("each turn is asked with all that was said before, and is a step with its tokens", async () => {
  const { backend, asked } = speaker([said("Hello."), said("Ann."), said("Bye.")]);
  const outcome = await backend.ask(talk("Hi, I am Ann.", "Who am I?", "Bye"), signal);
  expect(asked.map(({ messages }) => messages.map(({ role, content }) => `${role}: ${content}`))).toEqual([
    ["user: Hi, I am Ann."],
    ["user: Hi, I am Ann.", "assistant: Hello.", "user: Who am I?"],
    ["user: Hi, I am Ann.", "assistant: Hello.", "user: Who am I?", "assistant: Ann.", "user: Bye"],
  ]);
  expect(asked.map(({ turn, repeat }) => [turn, repeat])).toEqual([
    [1, 0],
    [2, 0],
    [3, 0],
  ]);
  expect(outcome).toMatchObject({
    kind: "answered",
    answer: {
      text: "Bye.",
      usage: { inputTokens: 30, outputTokens: 6 },
      timings: { latencyMs: 300, firstTokenMs: undefined },
      steps: [{ name: "turn 1" }, { name: "turn 2" }, { name: "turn 3" }],
    },
  });
});

test("a refused or an empty answer ends it with that outcome", async () => {
  for (const [end, kind] of [
    [refused(), "refused"],
    [said(""), "empty"],
  ] as const) {
    const { backend, asked } = speaker([said("Hello."), end]);
    expect(await backend.ask(talk("a", "b", "c"), signal)).toMatchObject({
      kind,
      answer: { steps: { length: 2 } },
    });
    expect(asked).toHaveLength(2);
  }
});

test("an answer that was cut off goes on, and makes the whole cut off", async () => {
  const cut = said("Hel");
  const { backend } = speaker([cut.kind === "answered" ? { ...cut, kind: "truncated" } : cut, said("Bye.")]);
  expect(await backend.ask(talk("a", "b"), signal)).toMatchObject({
    kind: "truncated",
    answer: { text: "Bye." },
  });
});

test("another attempt goes on at the turn that broke; another run finds every turn in the cache", async () => {
  const cache = memory();
  const first = speaker([said("1"), broken(true), said("2")], cache);
  expect(await first.backend.ask(talk("a", "b"), signal)).toMatchObject({ kind: "failed" });
  expect(await first.backend.ask(talk("a", "b"), signal)).toMatchObject({ answer: { text: "2" } });
  expect(first.asked).toHaveLength(3);
  const again = speaker([], cache);
  expect(await again.backend.ask(talk("a", "b"), signal)).toMatchObject({
    answer: { text: "2", steps: [{ cached: true }, { cached: true }] },
  });
  const longer = speaker([said("3")], cache);
  expect(await longer.backend.ask(talk("a", "b", "c"), signal)).toMatchObject({ answer: { text: "3" } });
});

test("one question goes to the model as it is", async () => {
  const { backend, asked } = speaker([said("4")]);
  const outcome = await backend.ask(request(), signal);
  expect(outcome).toMatchObject({ kind: "answered", answer: { text: "4" } });
  expect(outcome.kind === "answered" && outcome.answer.steps).toBeUndefined();
  expect(asked).toHaveLength(1);
});

test("money for every turn is put aside, with all the answers that it may be asked with", () => {
  const costBound = { fixedUsd: 1, perInputTokenUsd: 0.001 };
  const most = (longestAnswer: number, ...texts: readonly string[]) =>
    mostUsdOfSample({ costBound, stepsBound: undefined, longestAnswer }, { ...talk(...texts), fields: {} });
  expect(most(100, "a", "b", "c")).toBeGreaterThan(3 + 0.001 * (100 + 200));
  expect(most(1000, "a", "b", "c")).toBeGreaterThan(most(100, "a", "b", "c") + 0.001 * 2700);
  expect(most(100, "a", "b", "a long turn".repeat(100))).toBeGreaterThan(
    most(100, "a", "b", "c") + 0.001 * 1000,
  );
});
