import { describe, expect, test } from "vitest";
import { connectAnthropic } from "../../src/backends/anthropic-wire.ts";
import { named, openText, over, start, stop, text } from "../servers/anthropic.ts";
import { type Received, type Script, SILENCE, type Step } from "../servers/wire.ts";
import { connected, HASTY } from "./connected.ts";

const KEY = "sk-ant-test-0123456789";
const setup = {
  connect: connectAnthropic,
  backend: "anthropic",
  model: "claude-x",
  variables: { ANTHROPIC_API_KEY: KEY },
};
const connect = (answer: (request: Received) => Script, options = {}) =>
  connected({ ...setup, options }, answer);
const steps = (...list: Step[]) => connect(() => ({ steps: list }));
const hasty = (...list: Step[]) => connected({ ...setup, settings: HASTY }, () => ({ steps: list }));
const hello = [start(), openText, text("He"), text("llo")];

describe("an answer over the Messages API", () => {
  test("is put together from its events, with usage and timings", async () => {
    const { ask, received } = await steps(
      start(),
      openText,
      text("He"),
      { wait: 60 },
      text("llo"),
      stop("end_turn"),
      over,
    );
    const outcome = await ask();
    expect(outcome).toMatchObject({
      kind: "answered",
      answer: {
        text: "Hello",
        finishReason: "end_turn",
        servedModel: "claude-x-20260101",
        usage: { inputTokens: 7, outputTokens: 2 },
        notes: [],
      },
    });
    if (outcome.kind !== "answered") throw new Error(outcome.kind);
    const { latencyMs = 0, firstTokenMs = 0, generationMs } = outcome.answer.timings;
    expect(latencyMs - firstTokenMs).toBeGreaterThan(30);
    expect(generationMs).toBeCloseTo(latencyMs - firstTokenMs, 6);
    expect(received[0]).toMatchObject({
      method: "POST",
      path: "/v1/messages",
      headers: { authorization: `Bearer ${KEY}` },
    });
  });

  test.each([
    ["answered", "stop_sequence"],
    ["truncated", "max_tokens"],
    ["truncated", "model_context_window_exceeded"],
    ["refused", "refusal"],
  ])("is %s when it stops for %s", async (kind, reason) => {
    const { ask } = await steps(...hello, stop(reason), over);
    expect((await ask()).kind).toBe(kind);
  });

  test("without a word is empty", async () => {
    const { ask } = await steps(start(), openText, stop("end_turn"), over);
    expect((await ask()).kind).toBe("empty");
  });

  test("counts cached tokens as part of the input", async () => {
    const usage = {
      input_tokens: 10,
      cache_read_input_tokens: 90,
      cache_creation_input_tokens: 5,
      output_tokens: 1,
    };
    const { ask } = await steps(start(usage), openText, text("x"), stop("end_turn"), over);
    expect(await ask()).toMatchObject({
      answer: { usage: { inputTokens: 105, outputTokens: 2, cachedReadTokens: 90, cachedWriteTokens: 5 } },
    });
  });

  test("may be calls of tools, each with its arguments", async () => {
    const tool = (index: number, name: string) =>
      named("content_block_start", {
        index,
        content_block: { type: "tool_use", id: `t${index}`, name, input: {} },
      });
    const json = (index: number, partial_json: string) =>
      named("content_block_delta", { index, delta: { type: "input_json_delta", partial_json } });
    const { ask, received } = await steps(
      start(),
      tool(0, "find"),
      json(0, '{"id"'),
      json(0, ":7}"),
      tool(1, "list"),
      stop("tool_use"),
      over,
    );
    const tools = [{ name: "find", description: "Finds.", parameters: { type: "object", properties: {} } }];
    expect(await ask({ tools })).toMatchObject({
      kind: "answered",
      answer: {
        toolCalls: [
          { name: "find", arguments: { id: 7 } },
          { name: "list", arguments: {} },
        ],
      },
    });
    expect(received[0]?.body).toMatchObject({
      tools: [{ name: "find", description: "Finds.", input_schema: { type: "object", properties: {} } }],
    });
  });

  test("is asked for with the suite's parameters and nothing else but the limit that the API needs", async () => {
    const list = [start(), openText, text("x"), stop("end_turn"), over];
    const { ask, received } = await connect(() => ({ steps: list }), { thinking: "disabled", effort: "low" });
    const plain = await connect(() => ({ steps: list }));
    await plain.ask();
    await ask({ maxTokens: 5, stop: ["z"], responseSchema: { type: "object" } }, [
      { role: "system", content: "Be brief." },
      { role: "user", content: "Hi" },
      { role: "assistant", content: "Yes?" },
      { role: "user", content: "Why?" },
    ]);
    expect(plain.received[0]?.body).toEqual({
      model: "claude-x",
      max_tokens: 4096,
      messages: [{ role: "user", content: "Hi" }],
      stream: true,
    });
    expect(received[0]?.body).toEqual({
      model: "claude-x",
      max_tokens: 5,
      system: "Be brief.",
      messages: [
        { role: "user", content: "Hi" },
        { role: "assistant", content: "Yes?" },
        { role: "user", content: "Why?" },
      ],
      stream: true,
      stop_sequences: ["z"],
      thinking: { type: "disabled" },
      output_config: { format: { type: "json_schema", schema: { type: "object" } }, effort: "low" },
    });
  });

  test("a header of the suite cannot replace the key", async () => {
    const { ask, received } = await connect(() => ({ steps: [...hello, stop("end_turn"), over] }), {
      headers: { "X-Api-Key": "other", Authorization: "Bearer other", "x-team": "evals" },
    });
    await ask();
    expect(received[0]?.headers).toMatchObject({ authorization: `Bearer ${KEY}`, "x-team": "evals" });
    expect(received[0]?.headers["x-api-key"]).toBeUndefined();
  });
});

describe("a fault of the wire is a failure, never an answer", () => {
  test.each([
    ["connection-lost", [...hello]],
    ["connection-lost", [...hello, stop("end_turn")]],
    ["connection-lost", [...hello, over]],
    ["connection-lost", [...hello, { reset: true as const }]],
    ["timeout", [...hello, SILENCE]],
    ["timeout", [SILENCE]],
    ["bad-response", [...hello, { send: "event: content_block_delta\ndata: {oops\n\n" }]],
    ["bad-response", [{ send: "<html>Log in</html>" }]],
    ["bad-response", [{ send: '{"type":"error","error":{"type":"api_error","message":"boom"}}' }]],
    ["overloaded", [...hello, named("error", { error: { type: "overloaded_error", message: "busy" } })]],
  ])("%s: %j", async (code, list) => {
    const { ask } = await (code === "timeout" ? hasty : steps)(...list);
    expect(await ask()).toMatchObject({ kind: "failed", failure: { code, retryable: true } });
  });

  test.each([
    [429, { "retry-after": "2" }, "rate_limit_error", "m", "rate-limited", 2000],
    [529, {}, "overloaded_error", "m", "overloaded", undefined],
    [500, {}, "api_error", "m", "server-error", undefined],
    [401, {}, "authentication_error", `invalid x-api-key ${KEY}`, "auth", undefined],
    [404, {}, "not_found_error", "model: claude-y", "unknown-model", undefined],
    [400, {}, "invalid_request_error", "prompt is too long: 9 tokens", "context-too-long", undefined],
    [400, {}, "invalid_request_error", "Your credit balance is too low", "quota", undefined],
  ])("%i %j %s: %s is %s", async (status, headers, type, message, code, retryAfterMs) => {
    const body = JSON.stringify({ type: "error", error: { type, message } });
    const { ask, received } = await connect(() => ({ status, headers, steps: [{ send: body }] }));
    const outcome = await ask();
    expect(outcome).toMatchObject({ kind: "failed", failure: { code, retryAfterMs, httpStatus: status } });
    expect(JSON.stringify(outcome)).not.toContain(KEY);
    expect(received).toHaveLength(1);
  });
});

describe("the probe", () => {
  const json = { "content-type": "application/json" };
  test("speaks the same version of the API as the calls", async () => {
    const { ask, backend, received } = await connect(() => ({ headers: json, steps: [{ send: "{}" }] }));
    await backend.probe(new AbortController().signal);
    await ask();
    expect(received[0]?.headers["anthropic-version"]).toBe(received[1]?.headers["anthropic-version"]);
  });

  test("asks for the model with the key, and sends no prompt", async () => {
    const { backend, received } = await connect(() => ({
      headers: json,
      steps: [{ send: '{"id":"claude-x"}' }],
    }));
    expect(await backend.probe(new AbortController().signal)).toEqual({ ok: true, notes: [] });
    expect(received).toMatchObject([
      { method: "GET", path: "/v1/models/claude-x", headers: { authorization: `Bearer ${KEY}` } },
    ]);
  });

  test("tells a wrong key and an unknown model apart, with what to do", async () => {
    const wrong = await connect(() => ({
      status: 401,
      headers: json,
      steps: [{ send: '{"error":{"message":"invalid x-api-key"}}' }],
    }));
    expect(await wrong.backend.probe(new AbortController().signal)).toMatchObject({
      ok: false,
      failure: { code: "auth" },
      hint: "Check the key in ANTHROPIC_API_KEY.",
    });
    const unknown = await connect(({ path }) =>
      path === "/v1/models"
        ? { headers: json, steps: [{ send: '{"data":[{"id":"claude-x-2"},{"id":"claude-opus"}]}' }] }
        : { status: 404, headers: json, steps: [{ send: "{}" }] },
    );
    expect(await unknown.backend.probe(new AbortController().signal)).toMatchObject({
      ok: false,
      failure: { code: "unknown-model" },
      hint: "Its models: claude-x-2, claude-opus.",
    });
  });
});
