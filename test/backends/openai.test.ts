import { afterEach, describe, expect, test } from "vitest";
import { connectOpenAi } from "../../src/backends/openai-wire.ts";
import { systemClock } from "../../src/cli/system-clock.ts";
import type { JsonValue } from "../../src/domain/json.ts";
import type { Model, Parameters } from "../../src/domain/model.ts";
import type { BackendEnvironment, Request } from "../../src/domain/ports.ts";
import { chunk, done, event, usage } from "../servers/openai.ts";
import { type Received, type Script, SILENCE, type Step, startWireServer } from "../servers/wire.ts";
import { connected } from "./connected.ts";

const NOTHING: Parameters = {
  maxTokens: undefined,
  temperature: undefined,
  topP: undefined,
  seed: undefined,
  stop: undefined,
  responseSchema: undefined,
  tools: undefined,
};
const KEY = "sk-test-0123456789";
const environment: BackendEnvironment = {
  clock: { ...systemClock, wall: () => Date.UTC(2026, 0, 1) },
  variables: { OPENAI_API_KEY: KEY },
  directory: "/",
  seed: 1,
};
const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

async function connect(answer: (request: Received) => Script, idleTimeoutMs = 60_000) {
  const server = await startWireServer(answer);
  const model: Model = {
    name: "a",
    backend: "openai",
    model: "m-1",
    parameters: NOTHING,
    settings: { concurrency: 1, repeats: 1, timeoutMs: 60_000, idleTimeoutMs, maxAttempts: 1 },
    price: undefined,
    options: { base_url: `${server.url}/v1` },
    place: { file: "s.yaml", line: 1, column: 1 },
  } as unknown as Model; // the wire reads no place
  const backend = connectOpenAi(model, environment);
  closers.push(() => backend.close(), server.close);
  const ask = (parameters: Partial<Parameters> = {}, signal = new AbortController().signal) =>
    backend.ask(
      {
        messages: [{ role: "user", content: "Hi" }],
        parameters: { ...NOTHING, ...parameters },
        task: "t",
        repeat: 0,
      } as unknown as Request, // the wire reads no case
      signal,
    );
  return { ask, backend, received: server.received };
}

const steps = (...list: Step[]) => connect(() => ({ steps: list }));
const hasty = (...list: Step[]) => connect(() => ({ steps: list }), 300);

describe("an answer over chat completions", () => {
  test("is put together from its chunks, with usage and timings", async () => {
    const { ask } = await steps(
      chunk({ content: "He" }),
      chunk({ content: "llo" }),
      chunk({}, "stop"),
      usage,
      done,
    );
    const outcome = await ask();
    expect(outcome).toMatchObject({
      kind: "answered",
      answer: { text: "Hello", finishReason: "stop", usage: { inputTokens: 7, outputTokens: 2 }, notes: [] },
    });
  });

  test.each([
    ["refused", [chunk({ refusal: "No." }), chunk({}, "stop"), done]],
    ["refused", [chunk({}, "content_filter"), done]],
    ["truncated", [chunk({ content: "He" }), chunk({}, "length"), done]],
    ["empty", [chunk({ content: "" }), chunk({}, "stop"), done]],
  ])("that the server ends so is %s", async (kind, list) => {
    const { ask } = await steps(...list);
    expect((await ask()).kind).toBe(kind);
  });

  test("sends the suite's parameters and nothing else", async () => {
    const { ask, received } = await steps(chunk({ content: "x" }, "stop"), done);
    await ask();
    await ask({
      maxTokens: 5,
      temperature: 0,
      topP: 0.5,
      seed: 3,
      stop: ["z"],
      responseSchema: { type: "object" },
    });
    const base = {
      model: "m-1",
      messages: [{ role: "user", content: "Hi" }],
      stream: true,
      stream_options: { include_usage: true },
    };
    expect(received.map(({ body }) => body)).toEqual([
      base,
      {
        ...base,
        max_tokens: 5,
        temperature: 0,
        top_p: 0.5,
        seed: 3,
        stop: ["z"],
        response_format: {
          type: "json_schema",
          json_schema: { name: "answer", schema: { type: "object" } },
        },
      },
    ]);
  });
});

describe("a fault of the wire is a failure, never an answer", () => {
  const half = chunk({ content: "half" });
  test.each([
    ["connection-lost", [half]],
    ["connection-lost", [half, { reset: true as const }]],
    ["timeout", [half, SILENCE]],
    ["timeout", [SILENCE]],
    ["bad-response", [half, { send: "data: {oops\n\n" }]],
    ["bad-response", [{ send: "<html>Log in</html>" }]],
    ["server-error", [half, event({ error: { message: "boom", type: "server_error" } })]],
    ["bad-response", [event({ model: "m-1" })]],
  ])("%s: %j", async (code, list) => {
    const { ask } = await (code === "timeout" ? hasty : steps)(...list);
    const outcome = await ask();
    expect(outcome).toMatchObject({ kind: "failed", failure: { code, retryable: true } });
  });

  test.each([
    [429, { "retry-after": "2" }, "", "rate-limited", 2000],
    [429, { "retry-after-ms": "70" }, "", "rate-limited", 70],
    [429, { "retry-after": "Thu, 01 Jan 2026 00:00:09 GMT" }, "", "rate-limited", 9000],
    [429, { "retry-after": "Thu, 01 Jan 2015 00:00:09 GMT" }, "", "rate-limited", undefined],
    [429, { "retry-after": "-5 soon" }, "", "rate-limited", undefined],
    [429, {}, '{"error":{"message":"m","code":"insufficient_quota"}}', "quota", undefined],
    [401, {}, `{"error":{"message":"bad key ${KEY}"}}`, "auth", undefined],
    [529, {}, "", "overloaded", undefined],
    [500, {}, "", "server-error", undefined],
    [302, { location: "http://127.0.0.1:1/" }, "", "bad-response", undefined],
    [400, {}, '{"error":{"message":"maximum context length is 8"}}', "context-too-long", undefined],
  ])("%i %j %s is %s", async (status, headers, body, code, retryAfterMs) => {
    const { ask, received } = await connect(() => ({ status, headers, steps: [{ send: body }] }));
    const outcome = await ask();
    expect(outcome).toMatchObject({ kind: "failed", failure: { code, retryAfterMs, httpStatus: status } });
    expect(JSON.stringify(outcome)).not.toContain(KEY);
    expect(received).toHaveLength(1);
  });

  test("the caller's signal stops a call within moments", async () => {
    const { ask } = await steps(SILENCE);
    const outcome = await ask({}, AbortSignal.timeout(50));
    expect(outcome).toEqual({ kind: "skipped", reason: "interrupted" });
  });
});

describe("the model's own options", () => {
  const answer = () => ({ steps: [chunk({ content: "x" }, "stop"), done] });
  const openai = (options: { readonly [key: string]: JsonValue }) =>
    connected(
      {
        connect: connectOpenAi,
        backend: "openai",
        model: "m-1",
        variables: { OPENAI_API_KEY: KEY },
        options,
      },
      answer,
    );

  test("send a strict schema, and the name of the limit, as the suite says", async () => {
    const { ask, received } = await openai({
      strict_schema: true,
      max_tokens_field: "max_completion_tokens",
    });
    await ask({ responseSchema: { type: "object" }, maxTokens: 5 });
    expect(received[0]?.body).toMatchObject({
      max_completion_tokens: 5,
      response_format: { json_schema: { strict: true } },
    });
  });

  test("add headers, and cannot replace the key", async () => {
    const { ask, received } = await openai({ headers: { Authorization: "Bearer other", "x-team": "evals" } });
    await ask();
    expect(received[0]?.headers).toMatchObject({ authorization: `Bearer ${KEY}`, "x-team": "evals" });
  });

  test("tools are declared as functions, and their calls are put together from pieces", async () => {
    const call = (piece: object) => chunk({ tool_calls: [{ index: 0, function: piece }] });
    const { ask, received } = await steps(
      call({ name: "find", arguments: "" }),
      call({ arguments: '{"id"' }),
      call({ arguments: ":7}" }),
      chunk({}, "tool_calls"),
      done,
    );
    const tools = [{ name: "find", description: "Finds.", parameters: { type: "object" } }];
    expect(await ask({ tools })).toMatchObject({
      kind: "answered",
      answer: { toolCalls: [{ name: "find", arguments: { id: 7 } }] },
    });
    expect(received[0]?.body).toMatchObject({
      tools: [
        {
          type: "function",
          function: { name: "find", description: "Finds.", parameters: { type: "object" } },
        },
      ],
    });
  });
});

describe("the probe", () => {
  const json = (value: unknown, status = 200) => ({
    status,
    headers: { "content-type": "application/json" },
    steps: [{ send: JSON.stringify(value) }],
  });
  const probe = async (answer: (request: Received) => Script) =>
    (await connect(answer)).backend.probe(new AbortController().signal);

  test("finds a model by its id, or in the list of a server that knows no ids", async () => {
    expect(await probe(() => json({ id: "m-1" }))).toEqual({ ok: true, notes: [] });
    const listed = await probe(({ path }) =>
      path === "/v1/models" ? json({ data: [{ id: "m-1" }] }) : json({}, 404),
    );
    expect(listed).toEqual({ ok: true, notes: [] });
  });

  test("tells a wrong key, without showing it, and an unknown model with the nearest", async () => {
    const wrong = await probe(() => json({ error: { message: `bad key ${KEY}` } }, 401));
    expect(wrong).toMatchObject({
      ok: false,
      failure: { code: "auth" },
      hint: "Check the key in OPENAI_API_KEY.",
    });
    expect(JSON.stringify(wrong)).not.toContain(KEY);
    const unknown = await probe(({ path }) =>
      path === "/v1/models" ? json({ data: [{ id: "m-2" }, { id: "zz" }] }) : json({}, 404),
    );
    expect(unknown).toMatchObject({
      ok: false,
      failure: { code: "unknown-model" },
      hint: "Its models: m-2, zz.",
    });
  });
});
