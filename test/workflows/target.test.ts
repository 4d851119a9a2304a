import { expect, test } from "vitest";
import { broken, memory, refused, request, said, scripted, target } from "./members.ts";

const { signal } = new AbortController();

test("the answer has the tokens of all steps, and the latency of the slowest of a round", async () => {
  const timings = { latencyMs: 900, firstTokenMs: 20, generationMs: 80, loadMs: undefined };
  const { member } = scripted("m", [said("a"), said("b", { timings }), said("b")]);
  const outcome = await target("vote", { samples: 3 }, { own: member }).ask(request(), signal);
  expect(outcome).toMatchObject({
    kind: "answered",
    answer: {
      text: "b",
      usage: { inputTokens: 30, outputTokens: 6 },
      timings: { latencyMs: 900, firstTokenMs: undefined, generationMs: 240 },
      steps: [
        { name: "sample 1", model: "m", answer: { text: "a" } },
        { name: "sample 2", model: "m", answer: { text: "b" } },
        { name: "sample 3", model: "m", answer: { text: "b" } },
      ],
    },
  });
});

test("tokens that one step does not count leave the sum unknown, not smaller", async () => {
  const usage = { inputTokens: 10, outputTokens: undefined, cachedReadTokens: 4 };
  const rest = { cachedWriteTokens: undefined, reasoningTokens: undefined };
  const { member } = scripted("m", [said("a", { usage: { ...usage, ...rest } }), said("a")]);
  const outcome = await target("vote", { samples: 2 }, { own: member }).ask(request(), signal);
  expect(outcome).toMatchObject({
    answer: { usage: { inputTokens: 20, outputTokens: undefined, cachedReadTokens: 4 } },
  });
});

test("another attempt at a sample asks only the steps that have no answer", async () => {
  const { member, asked } = scripted("m", [said("a"), broken(true), said("b"), said("b")]);
  const backend = target("vote", { samples: 3 }, { own: member });
  expect(await backend.ask(request(), signal)).toMatchObject({ kind: "failed" });
  expect(await backend.ask(request(), signal)).toMatchObject({ kind: "answered", answer: { text: "b" } });
  expect(asked).toHaveLength(4);
});

test("a step that fails for good fails the sample, and nothing of it is remembered", async () => {
  const { member, asked } = scripted("m", [said("a"), broken(false), said("a"), said("a")]);
  const backend = target("vote", { samples: 2 }, { own: member });
  expect(await backend.ask(request(), signal)).toMatchObject({ kind: "failed" });
  expect(await backend.ask(request(), signal)).toMatchObject({ kind: "answered" });
  expect(asked).toHaveLength(4);
});

test("every sample of a case is another repeat for the model, and every repeat has samples of its own", async () => {
  const { member, asked } = scripted("m", Array(4).fill(said("a")));
  const backend = target("vote", { samples: 2 }, { own: member });
  await backend.ask(request({}, 0), signal);
  await backend.ask(request({}, 1), signal);
  expect(asked.map(({ repeat }) => repeat)).toEqual([0, 1, 2, 3]);
});

test("steps are cached by their own key: more samples ask the new ones only, and are no timing", async () => {
  const cache = memory();
  const first = scripted("m", [said("a"), said("b")]);
  await target("vote", { samples: 2 }, { own: first.member, cache }).ask(request(), signal);
  expect(cache.kept.size).toBe(2);
  const more = scripted("m", [said("b")]);
  const outcome = await target("vote", { samples: 3 }, { own: more.member, cache }).ask(request(), signal);
  expect(outcome).toMatchObject({
    answer: {
      text: "b",
      timings: { latencyMs: undefined },
      steps: [{ cached: true }, { cached: true }, { cached: false }],
    },
  });
});

test("a refused step is kept in the record, not in the cache, and has no vote", async () => {
  const cache = memory();
  const { member } = scripted("m", [refused(), said("a")]);
  const outcome = await target("vote", { samples: 2 }, { own: member, cache }).ask(request(), signal);
  expect(outcome).toMatchObject({
    kind: "answered",
    answer: { text: "a", steps: [{ kind: "refused" }, {}] },
  });
  expect(cache.kept.size).toBe(1);
});

test("where no sample answers, the target does what the first one did", async () => {
  const { member } = scripted("m", [refused(), said("")]);
  const outcome = await target("vote", { samples: 2 }, { own: member }).ask(request(), signal);
  expect(outcome.kind).toBe("refused");
});
