import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, test } from "vitest";
import { openUserFunction } from "../../src/cli/user-function.ts";
import type { JsonObject } from "../../src/domain/json.ts";
import type { Backend } from "../../src/domain/ports.ts";
import type { TargetParts } from "../../src/workflows/target.ts";
import { broken, memory, refused, request, said, scripted, target } from "./members.ts";

const open: Backend[] = [];
afterEach(async () => {
  for (const backend of open.splice(0)) await backend.close();
});

const never = new AbortController().signal;

interface Flow extends Partial<TargetParts> {
  readonly name?: string;
  readonly options?: JsonObject;
  readonly timeoutMs?: number;
}

/** A function of the user's, in a thread of its own, over scripted models. */
async function flow(code: string, { name = "flow.mjs", options = {}, timeoutMs = 50_000, ...parts }: Flow) {
  const directory = mkdtempSync(join(tmpdir(), "evals-flow-"));
  writeFileSync(join(directory, name), code);
  const own = parts.own ?? scripted("m", []).member;
  const userFunction = await openUserFunction({ path: name, name: "default" }, directory, timeoutMs);
  const backend = target("module", { path: name, ...options }, { ...parts, own, userFunction });
  open.push(backend);
  return backend;
}

const TWO_STEPS = `export default async ({ prompt, fields, ask }) => {
  const draft = await ask({ step: "draft" });
  const note = await ask({ step: "critique", purpose: "aside", model: "critic", messages: "Faults of " + draft.text + "?" });
  return draft.text + ", " + note.text + ", " + fields.tone + ", " + prompt[0].content;
};`;

describe("a workflow of the user's own", () => {
  test("asks models step by step, and what it returns is the answer", async () => {
    const own = scripted("m", [said("a")]);
    const critic = scripted("critic", [said("b")]);
    const others = new Map([["critic", critic.member]]);
    const options = { models: ["critic"] };
    const backend = await flow(TWO_STEPS, { own: own.member, others, options });
    expect(await backend.probe(never)).toEqual({ ok: true, notes: [] });
    const outcome = await backend.ask(request({ tone: "dry" }), never);
    expect(outcome).toMatchObject({
      kind: "answered",
      answer: {
        text: "a, b, dry, 2+2?",
        usage: { inputTokens: 20, outputTokens: 4 },
        steps: [
          { name: "draft", model: "m", answer: { text: "a" } },
          {
            name: "critique",
            model: "critic",
            aside: true,
            messages: [{ role: "user", content: "Faults of a?" }],
          },
        ],
      },
    });
    // The steps' 100 ms each, and what the function took itself.
    const latency = outcome.kind === "answered" ? outcome.answer.timings.latencyMs : undefined;
    expect(latency).toBeGreaterThan(200);
    expect(own.asked[0]?.messages).toEqual([{ role: "user", content: "2+2?" }]);
  });

  test("may be TypeScript, and calls asked for at once are one round", async () => {
    const code = `type Ask = (q: { step: string }) => Promise<{ text: string; outcome: string }>;
      export default async ({ ask }: { ask: Ask }) =>
        (await Promise.all(["x", "y", "z"].map((step) => ask({ step })))).map(({ text, outcome }) => text + outcome).join(" ");`;
    const timings = {
      latencyMs: 60_000,
      firstTokenMs: undefined,
      generationMs: undefined,
      loadMs: undefined,
    };
    const { member } = scripted("m", [said("1", { timings }), refused(), said("3", { timings })]);
    const backend = await flow(code, { own: member, name: "flow.ts" });
    const outcome = await backend.ask(request(), never);
    expect(outcome).toMatchObject({ answer: { text: "1answered I cannot.refused 3answered" } });
    const latency = outcome.kind === "answered" ? (outcome.answer.timings.latencyMs ?? 0) : 0;
    expect(latency).toBeGreaterThanOrEqual(60_000);
    expect(latency).toBeLessThan(120_000);
  });

  test("is not asked again what an earlier attempt was answered, and caches its steps", async () => {
    const cache = memory();
    const own = scripted("m", [said("a"), broken(true), said("b")]);
    const code = `export default async ({ ask }) => {
      const first = await ask({ step: "first" });
      return (await ask({ step: "second", messages: first.text })).text;
    };`;
    const backend = await flow(code, { own: own.member, cache });
    expect(await backend.ask(request(), never)).toMatchObject({ kind: "failed" });
    expect(await backend.ask(request(), never)).toMatchObject({ answer: { text: "b" } });
    expect(own.asked).toHaveLength(3);
    expect(cache.kept.size).toBe(2);
  });

  test("that asks something else under a step's name the second time is asked anew", async () => {
    const own = scripted("m", [said("a"), broken(true), said("c"), said("d")]);
    const code = `let runs = 0;
      export default async ({ ask }) => {
        runs += 1;
        await ask({ step: "first", messages: "run " + runs });
        return (await ask({ step: "second" })).text;
      };`;
    const backend = await flow(code, { own: own.member });
    await backend.ask(request(), never);
    expect(await backend.ask(request(), never)).toMatchObject({ answer: { text: "d" } });
    expect(own.asked).toHaveLength(4);
  });

  test("answers that are not waited for are asked and paid for, and change nothing", async () => {
    const { member, asked } = scripted("m", [said("a")]);
    const code = `export default async ({ ask }) => {
      ask({ step: "idle" });
      await new Promise((resolve) => setTimeout(resolve, 50));
      return "done";
    };`;
    const backend = await flow(code, { own: member });
    const outcome = await backend.ask(request(), never);
    expect(outcome).toMatchObject({ answer: { text: "done", steps: [{ name: "idle" }] } });
    expect(asked).toHaveLength(1);
  });
});

describe("a workflow of the user's own that is at fault", () => {
  const faults = [
    [
      "asks too often",
      `({ ask }) => ask({ step: "1" }).then(() => ask({ step: "2" }))`,
      { calls: 1 },
      "more than 1 calls",
    ],
    [
      "asks a step twice",
      `({ ask }) => Promise.all([ask({ step: "1" }), ask({ step: "1" })])`,
      {},
      'the step "1" twice',
    ],
    [
      "asks a model that it did not name",
      `({ ask }) => ask({ step: "1", model: "dear" })`,
      {},
      'the model "dear"',
    ],
    ["asks for nothing that can be sent", `({ ask }) => ask({ step: 1 })`, {}, "ask takes { step"],
    [
      "asks with what is no data",
      `({ ask }) => ask({ step: "1", messages: () => 1 })`,
      {},
      "what it asks is not plain data",
    ],
    [
      "sends more than its budget covers",
      `({ ask }) => ask({ step: "1", messages: "12345" })`,
      { longest_prompt: 20 },
      "has 21 bytes",
    ],
    ["throws", `() => { throw new Error("no key"); }`, {}, "no key"],
    ["returns a number", `() => 4`, {}, "returned neither a text"],
  ] as const;
  test.each(faults)("fails the sample for good where it %s", async (_, code, options, words) => {
    const backend = await flow(`export default ${code};`, {
      own: scripted("m", [said("a"), said("b")]).member,
      options,
    });
    const outcome = await backend.ask(request(), never);
    expect(outcome).toMatchObject({ kind: "failed", failure: { code: "module-error", retryable: false } });
    expect(outcome.kind === "failed" ? outcome.failure.message : "").toContain(words);
  });

  test("is stopped in an endless loop, and its sample is missing", async () => {
    const code = `export default async ({ ask }) => {
      await ask({ step: "1" });
      for (;;);
    };`;
    const backend = await flow(code, { own: scripted("m", [said("a")]).member, timeoutMs: 300 });
    expect(await backend.ask(request(), never)).toMatchObject({
      kind: "failed",
      failure: { code: "timeout" },
    });
  });

  test("is known before the run, by its file and its name", async () => {
    const backend = await flow("export const other = 1;", {});
    expect(await backend.probe(never)).toMatchObject({
      ok: false,
      failure: { message: expect.stringContaining("no function named") },
    });
    await expect(openUserFunction({ path: "gone.mjs", name: "default" }, tmpdir(), 1)).rejects.toThrow(
      "There is no module gone.mjs",
    );
  });
});
