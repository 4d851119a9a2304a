import { describe, expect, test } from "vitest";
import { ollamaUrl } from "../../src/backends/ollama-host.ts";
import { connectOllama } from "../../src/backends/ollama-wire.ts";
import { json, last, line, piece, streamed } from "../servers/ollama.ts";
import { type Received, type Script, SILENCE, type Step, startWireServer } from "../servers/wire.ts";
import { connected, HASTY } from "./connected.ts";

const setup = { connect: connectOllama, backend: "ollama", model: "llama3:8b" };
const connect = (answer: (request: Received) => Script, options = {}) =>
  connected({ ...setup, options }, answer);
const steps = (...list: Step[]) => connect(() => streamed(...list));
const hasty = (...list: Step[]) => connected({ ...setup, settings: HASTY }, () => streamed(...list));
const never = new AbortController().signal;

describe("an answer of an Ollama server", () => {
  test("is put together from its lines, with the server's own counts and times", async () => {
    const { ask } = await steps(piece("He"), { wait: 60 }, piece("llo"), last());
    const outcome = await ask();
    expect(outcome).toMatchObject({
      kind: "answered",
      answer: {
        text: "Hello",
        finishReason: "stop",
        servedModel: "llama3:8b",
        usage: { inputTokens: 11, outputTokens: 3 },
        timings: { loadMs: 20, generationMs: 50 },
        notes: [],
      },
    });
    if (outcome.kind !== "answered") throw new Error(outcome.kind);
    expect(outcome.answer.timings.latencyMs).toBeGreaterThan(35);
  });

  test.each([
    ["truncated", [piece("He"), last({ done_reason: "length" })]],
    ["empty", [piece(""), last()]],
    ["answered", [piece("He"), last({ done_reason: undefined })]],
  ])("is %s by how it ends", async (kind, list) => {
    const { ask } = await steps(...list);
    expect((await ask()).kind).toBe(kind);
  });

  test("may be calls of tools", async () => {
    const calls = [{ function: { name: "find", arguments: { id: 7 } } }, { function: { name: "list" } }];
    const { ask, received } = await steps(piece("", { tool_calls: calls }), last());
    const tools = [{ name: "find", description: undefined, parameters: { type: "object" } }];
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
      tools: [{ type: "function", function: { name: "find", parameters: { type: "object" } } }],
    });
  });

  test("is asked for with the suite's parameters, and always with the size of the context", async () => {
    const { ask, received } = await steps(piece("x"), last());
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
      model: "llama3:8b",
      messages: [{ role: "user", content: "Hi" }],
      stream: true,
      keep_alive: "15m",
    };
    expect(received.map(({ body }) => body)).toEqual([
      { ...base, options: { num_ctx: 8192 } },
      {
        ...base,
        format: { type: "object" },
        options: { num_ctx: 8192, num_predict: 5, temperature: 0, top_p: 0.5, seed: 3, stop: ["z"] },
      },
    ]);
  });

  test.each([
    ["fills the context", "Hi", 250, 6],
    ["was cut to half of it without a word", "word ".repeat(400), 150, 6],
  ])("whose prompt %s carries a note", async (_, content, prompt_eval_count, eval_count) => {
    const { ask } = await connect(() => streamed(piece("x"), last({ prompt_eval_count, eval_count })), {
      num_ctx: 256,
    });
    expect(await ask({}, [{ role: "user", content }])).toMatchObject({
      answer: { notes: ["prompt-fills-context"] },
    });
  });

  test("an ordinary long prompt carries none", async () => {
    const { ask } = await connect(
      () => streamed(piece("x"), last({ prompt_eval_count: 220, eval_count: 6 })),
      { num_ctx: 256 },
    );
    expect(await ask({}, [{ role: "user", content: "word ".repeat(200) }])).toMatchObject({
      answer: { notes: [] },
    });
  });

  test("a model that had to be loaded within a call says so, and the load is no latency", async () => {
    const { ask } = await steps({ wait: 80 }, piece("x"), last({ load_duration: 2e9 }));
    expect(await ask()).toMatchObject({
      answer: { timings: { loadMs: 2000, latencyMs: 0 }, notes: ["model-was-reloaded"] },
    });
  });
});

describe("a fault of the wire is a failure, never an answer", () => {
  const half = piece("half");
  test.each([
    ["connection-lost", [half]],
    ["connection-lost", [half, { reset: true as const }]],
    ["connection-lost", [half, { send: '{"model":"llama3:8b","mess' }]],
    ["connection-lost", [piece(""), last({ done_reason: "load" })]],
    ["timeout", [half, SILENCE]],
    ["timeout", [SILENCE]],
    ["bad-response", [half, { send: "{oops\n" }, last()]],
    ["bad-response", [{ send: "<html>Log in</html>" }]],
    ["bad-response", [line({ hello: "world" }), last()]],
    ["server-error", [half, line({ error: "llama runner process has terminated" })]],
  ])("%s: %j", async (code, list) => {
    const { ask } = await (code === "timeout" ? hasty : steps)(...list);
    expect(await ask()).toMatchObject({ kind: "failed", failure: { code, retryable: true } });
  });

  test.each([
    [404, "model 'llama3:8b' not found", "unknown-model"],
    [500, "out of memory", "server-error"],
    [503, "server busy, please try again", "overloaded"],
    [400, "does not support tools", "bad-request"],
  ])("%i %s is %s", async (httpStatus, error, code) => {
    const { ask, received } = await connect(() => json({ error }, httpStatus));
    expect(await ask()).toMatchObject({ kind: "failed", failure: { code, httpStatus } });
    expect(received).toHaveLength(1);
  });
});

describe("before the first case", () => {
  const pulled = json({ models: [{ name: "llama3:8b" }, { name: "mistral:latest" }] });

  test("a pulled model is found, with its tag or as the latest", async () => {
    for (const model of ["llama3:8b", "mistral"]) {
      const { backend } = await connected({ ...setup, model }, () => pulled);
      expect(await backend.probe(never)).toEqual({ ok: true, notes: [] });
    }
  });

  test("a model that is not pulled is told with those that are, and the command", async () => {
    const { backend, received } = await connected({ ...setup, model: "llama3:70b" }, () => pulled);
    expect(await backend.probe(never)).toMatchObject({
      ok: false,
      failure: { code: "unknown-model", message: 'Ollama has no model "llama3:70b".' },
      hint: "Pulled models: llama3:8b, mistral:latest. Run: ollama pull llama3:70b",
    });
    expect(received).toHaveLength(1);
  });

  test("a server that does not run is told with how to start it", async () => {
    const gone = await startWireServer(() => pulled);
    await gone.close();
    const { backend } = await connected({ ...setup, options: { base_url: gone.url } }, () => pulled);
    expect(await backend.probe(never)).toMatchObject({
      ok: false,
      failure: { code: "unreachable" },
      hint: `Start the server (ollama serve), or set OLLAMA_HOST; asked at ${gone.url}.`,
    });
  });

  test("something else at that address is no Ollama server", async () => {
    const { backend } = await connected(setup, () => ({ steps: [{ send: "<html>" }] }));
    expect(await backend.probe(never)).toMatchObject({ ok: false, failure: { code: "server-error" } });
  });

  test("the warm-up loads the model with the context of the calls, and asks nothing", async () => {
    const { backend, received } = await connected(setup, () => json({ done: true, done_reason: "load" }));
    await backend.warmUp?.(never);
    expect(received).toMatchObject([
      { path: "/api/chat", body: { model: "llama3:8b", messages: [], options: { num_ctx: 8192 } } },
    ]);
  });
});

test.each([
  [undefined, undefined, "http://127.0.0.1:11434"],
  ["http://10.0.0.5:8080/", "ignored:1", "http://10.0.0.5:8080"],
  [undefined, "0.0.0.0", "http://127.0.0.1:11434"],
  [undefined, "10.0.0.7", "http://10.0.0.7:11434"],
  [undefined, "10.0.0.7:1234", "http://10.0.0.7:1234"],
  [undefined, "https://gpu.example", "https://gpu.example"],
  [undefined, "http://box:80", "http://box"],
])("base_url %s and OLLAMA_HOST %s give %s", (baseUrl, host, url) => {
  expect(ollamaUrl(baseUrl, { OLLAMA_HOST: host })).toBe(url);
});
