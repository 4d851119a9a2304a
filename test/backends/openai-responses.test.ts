import { describe, expect, test } from "vitest";
import { connectOpenAi } from "../../src/backends/openai-wire.ts";
import {
  begun,
  call,
  calling,
  ended,
  message,
  reasoning,
  refusal,
  refusing,
  stream,
  type Told,
  usage,
  words,
} from "../servers/openai-responses.ts";
import { type Received, type Script, SILENCE, type Step } from "../servers/wire.ts";
import { connected, HASTY } from "./connected.ts";

const KEY = "sk-test-0123456789";
const setup = {
  connect: connectOpenAi,
  backend: "openai",
  model: "m-1",
  variables: { OPENAI_API_KEY: KEY },
};
const connect = (answer: (request: Received) => Script, options = {}) =>
  connected({ ...setup, options: { api: "responses", ...options } }, answer);
const steps = (...list: Step[]) => connect(() => ({ steps: list }));
const hasty = (...list: Step[]) =>
  connected({ ...setup, options: { api: "responses" }, settings: HASTY }, () => ({ steps: list }));
const told = (...list: readonly Told[]) => steps(...stream(list));
const hello = [...begun, ...words(["He", "llo"])];
const whole = ended("completed", [message("Hello")]);

describe("an answer over the Responses API", () => {
  test("is put together from its events, with usage and timings", async () => {
    const { ask, received } = await steps(
      ...stream(hello.slice(0, 5)),
      { wait: 150 },
      ...stream([...hello.slice(5), ended("completed", [reasoning, message("Hello")])]),
    );
    const outcome = await ask();
    expect(outcome).toMatchObject({
      kind: "answered",
      answer: {
        text: "Hello",
        finishReason: "completed",
        servedModel: "m-1-2026-01-01",
        usage: {
          inputTokens: 70,
          outputTokens: 20,
          cachedReadTokens: 64,
          cachedWriteTokens: 4,
          reasoningTokens: 16,
        },
        toolCalls: [],
        notes: [],
      },
    });
    if (outcome.kind !== "answered") throw new Error(outcome.kind);
    const { latencyMs = 0, firstTokenMs = 0 } = outcome.answer.timings;
    expect(latencyMs - firstTokenMs).toBeGreaterThan(50);
    expect(received).toMatchObject([
      { method: "POST", path: "/responses", headers: { authorization: `Bearer ${KEY}` } },
    ]);
  });

  test.each<[string, string, readonly Told[]]>([
    ["refused", "No.", [...begun, ...refusing("N", "o."), ended("completed", [refusal("No.")])]],
    ["refused", "No.", [...begun, ...refusing("N", "o."), ended("completed", [])]],
    [
      "refused",
      "",
      [...begun, ended("incomplete", [], { incomplete_details: { reason: "content_filter" } })],
    ],
    [
      "truncated",
      "Hello",
      [
        ...hello,
        ended("incomplete", [message("Hello")], { incomplete_details: { reason: "max_output_tokens" } }),
      ],
    ],
    ["truncated", "Hello", [...hello, ended("incomplete", [message("Hello")])]],
    ["truncated", "Hello", [...hello, { ...ended("incomplete", []), type: "response.completed" }]],
    ["empty", "", [...begun, ended("completed", [reasoning, message(" ")])]],
    ["empty", "", [...begun, ended("completed", [reasoning])]],
    ["answered", "Hello", [...hello, ended("completed", [])]],
    ["answered", "Hello", [...begun, whole]],
  ])("is %s by how it ends (%#)", async (kind, text, list) => {
    const { ask } = await told(...list);
    const outcome = await ask();
    expect(outcome.kind).toBe(kind);
    expect("answer" in outcome && outcome.answer.text.trim()).toBe(text);
  });

  test("is what the last event repeats, where the pieces say something else", async () => {
    const { ask } = await told(...hello, ended("completed", [message("Hello, world")]));
    expect(await ask()).toMatchObject({ kind: "answered", answer: { text: "Hello, world" } });
  });

  test.each([
    ["repeats", (list: readonly unknown[]) => list],
    ["leaves out", () => []],
  ])("leaves what the model says on the way to it aside, when the last event %s it", async (_, output) => {
    const { ask } = await told(
      ...begun,
      ...words(["Let me see."], 0, { phase: "commentary" }),
      ...words(["42"], 1, { phase: "final_answer" }),
      ended("completed", output([message("Let me see.", { phase: "commentary" }), message("42")])),
    );
    expect(await ask()).toMatchObject({ kind: "answered", answer: { text: "42" } });
  });

  test.each([
    ["repeats", (list: readonly unknown[]) => list],
    ["leaves out", () => []],
  ])("may be calls of tools, each with its arguments, when the last event %s them", async (_, output) => {
    const { ask, received } = await told(
      ...begun,
      ...calling("find", ['{"id"', ":7}"], 0),
      ...calling("list", [], 1),
      ended("completed", output([call("find", '{"id":7}'), call("list", "")])),
    );
    const tools = [{ name: "find", description: "Finds.", parameters: { type: "object" } }];
    expect(await ask({ tools })).toMatchObject({
      kind: "answered",
      answer: {
        text: "",
        toolCalls: [
          { name: "find", arguments: { id: 7 } },
          { name: "list", arguments: {} },
        ],
      },
    });
    expect(received[0]?.body).toMatchObject({
      tools: [
        {
          type: "function",
          name: "find",
          description: "Finds.",
          parameters: { type: "object" },
          strict: false,
        },
      ],
    });
  });

  test("by another model than the asked one carries a note", async () => {
    const { ask } = await told(...begun, ended("completed", [message("x")], { model: "other" }));
    expect(await ask()).toMatchObject({
      answer: { servedModel: "other", notes: ["served-by-another-model"] },
    });
  });

  test("is asked for with the suite's parameters and nothing else, and is not stored by the provider", async () => {
    const { ask, received } = await connect(() => ({ steps: stream([...hello, whole]) }), {
      strict_schema: true,
    });
    await ask();
    await ask({ maxTokens: 50, temperature: 0, topP: 0.5, responseSchema: { type: "object" } }, [
      { role: "system", content: "Be brief." },
      { role: "user", content: "Hi" },
      { role: "assistant", content: "Yes?" },
      { role: "user", content: "Why?" },
    ]);
    const base = { model: "m-1", stream: true, store: false };
    expect(received.map(({ body }) => body)).toEqual([
      { ...base, input: [{ role: "user", content: "Hi" }] },
      {
        ...base,
        input: [
          { role: "system", content: "Be brief." },
          { role: "user", content: "Hi" },
          { role: "assistant", content: "Yes?" },
          { role: "user", content: "Why?" },
        ],
        max_output_tokens: 50,
        temperature: 0,
        top_p: 0.5,
        text: {
          format: { type: "json_schema", name: "answer", schema: { type: "object" }, strict: true },
        },
      },
    ]);
  });
});

describe("a fault of the wire is a failure, never an answer", () => {
  const half = stream(hello.slice(0, 5));
  const fault = (error: object) => ended("failed", [], { error });
  test.each<[string, readonly Step[]]>([
    ["connection-lost", half],
    ["connection-lost", stream(hello)],
    ["connection-lost", [...stream(hello), { send: "data: [DONE]\n\n" }]],
    ["connection-lost", [...half, { reset: true }]],
    ["connection-lost", [...half, { send: 'event: response.completed\ndata: {"type":"resp' }]],
    ["timeout", [...half, SILENCE]],
    ["timeout", [SILENCE]],
    ["bad-response", [...half, { send: "data: {oops\n\n" }, ...stream([whole])]],
    ["bad-response", [...half, { send: 'data: {"hello":"world"}\n\n' }, ...stream([whole])]],
    ["bad-response", stream([...begun, { type: "response.output_text.delta", delta: 7 }, whole])],
    ["bad-response", stream([...begun, { type: "response.completed" }])],
    ["bad-response", [{ send: "<html>Log in</html>" }]],
    ["bad-response", [{ send: '{"error":{"message":"boom"}}' }]],
    ["server-error", stream([...hello, fault({ code: "server_error", message: "boom" })])],
    ["server-error", stream([...hello, ended("failed", [])])],
    ["server-error", stream([...hello, { ...ended("cancelled", []), type: "response.completed" }])],
    ["server-error", stream([...hello, { type: "response.failed", response: { error: null } }])],
    ["server-error", stream([...begun, { type: "error", code: "ERR", message: "boom", param: null }])],
    ["rate-limited", stream([...begun, fault({ code: "rate_limit_exceeded", message: "slower" })])],
    ["overloaded", stream([...begun, fault({ code: "server_is_overloaded", message: "busy" })])],
  ])("%s (%#)", async (code, list) => {
    const { ask } = await (code === "timeout" ? hasty : steps)(...list);
    expect(await ask()).toMatchObject({ kind: "failed", failure: { code, retryable: true } });
  });

  test.each([
    ["quota", { type: "insufficient_quota", code: "insufficient_quota" }],
    ["bad-request", { code: "invalid_prompt" }],
    ["context-too-long", { code: "context_length_exceeded" }],
  ])("%s in the stream is not asked again", async (code, error) => {
    for (const last of [
      { type: "error", error: { message: "no", ...error } },
      ended("failed", [], { error: { message: "no", ...error } }),
    ]) {
      const { ask } = await told(...begun, last);
      expect(await ask()).toMatchObject({ kind: "failed", failure: { code, retryable: false } });
    }
  });

  test.each([
    ["6.5s", 6500],
    ["120ms", 120],
    ["a while", undefined],
  ])("a limit told in the stream asks to wait as its words do: %s", async (wait, retryAfterMs) => {
    const error = {
      type: "tokens",
      code: "rate_limit_exceeded",
      message: `Limit reached. Please try again in ${wait}. See`,
    };
    const { ask } = await told(...begun, { type: "error", error });
    expect(await ask()).toMatchObject({ failure: { code: "rate-limited", retryAfterMs } });
  });

  test("what came before the fault is kept for debugging alone, and no key is shown", async () => {
    const { ask } = await told(...hello, fault({ code: "server_error", message: `bad key ${KEY}` }));
    const outcome = await ask();
    expect(outcome).toMatchObject({ kind: "failed", failure: { partialText: "Hello" } });
    expect(JSON.stringify(outcome)).not.toContain(KEY);
  });

  test("an error status is told as such, after one request", async () => {
    const { ask, received } = await connect(() => ({
      status: 429,
      headers: { "retry-after": "2" },
      steps: [{ send: '{"error":{"message":"slower"}}' }],
    }));
    expect(await ask()).toMatchObject({
      kind: "failed",
      failure: { code: "rate-limited", retryAfterMs: 2000, httpStatus: 429 },
    });
    expect(received).toHaveLength(1);
  });
});

test("the probe asks for the model, and sends no prompt", async () => {
  const json = { "content-type": "application/json" };
  const { backend, received } = await connect(() => ({ headers: json, steps: [{ send: '{"id":"m-1"}' }] }));
  expect(await backend.probe(new AbortController().signal)).toEqual({ ok: true, notes: [] });
  expect(received).toMatchObject([{ method: "GET", path: "/models/m-1" }]);
});

test("usage that the server does not count stays unknown", async () => {
  const { output_tokens_details: _, input_tokens_details: __, ...bare } = usage;
  const one = await told(...hello, ended("completed", [message("x")], { usage: bare }));
  expect(await one.ask()).toMatchObject({
    answer: { usage: { inputTokens: 70, cachedReadTokens: undefined, reasoningTokens: undefined } },
  });
  const none = await told(...hello, ended("completed", [message("x")], { usage: undefined }));
  expect(await none.ask()).toMatchObject({ answer: { usage: { inputTokens: undefined } } });
});
