import { describe, expect, test } from "vitest";
import { connectOllama } from "../../src/backends/ollama-wire.ts";
import { connectOpenAi } from "../../src/backends/openai-wire.ts";
import type { Script, Step } from "../servers/wire.ts";
import { connected } from "./connected.ts";

const JSON_TYPE = { "content-type": "application/json" };
const whole = (value: unknown): Script => ({
  headers: JSON_TYPE,
  // As OpenAI sends it: over many lines.
  steps: [{ send: JSON.stringify(value, null, 2) }],
});
const openAiReply = (embedding: unknown) => ({
  object: "list",
  data: [{ object: "embedding", index: 0, embedding }],
  model: "text-embedding-3-small",
  usage: { prompt_tokens: 5, total_tokens: 5 },
});
const ollamaReply = (vector: unknown) => ({ model: "nomic", embeddings: [vector], prompt_eval_count: 5 });
const text = [{ role: "user", content: "The parcel is late." }] as const;

const kinds = [
  {
    name: "openai",
    path: "/embeddings",
    reply: openAiReply,
    served: "text-embedding-3-small",
    sent: { model: "m", input: "The parcel is late.", encoding_format: "float" },
    setup: { connect: connectOpenAi, backend: "openai", variables: { OPENAI_API_KEY: "sk-test-0123456789" } },
  },
  {
    name: "ollama",
    path: "/api/embed",
    reply: ollamaReply,
    served: "nomic",
    sent: { model: "m", input: "The parcel is late.", truncate: false, keep_alive: "15m" },
    setup: { connect: connectOllama, backend: "ollama" },
  },
];

describe.each(kinds)("embeddings of $name", ({ path, reply, sent, served, setup }) => {
  const asked = (script: Script) =>
    connected({ ...setup, model: "m", options: { api: "embeddings" } }, () => script);
  const steps = (...list: Step[]) => asked({ headers: JSON_TYPE, steps: list });

  test("are a list of numbers, with their tokens and their time", async () => {
    const { ask, received } = await asked(whole(reply([0.125, -0.123456789, 1e-9])));
    const outcome = await ask({}, text);
    expect(outcome).toMatchObject({
      kind: "answered",
      answer: {
        text: "[0.125,-0.123457,1e-9]",
        finishReason: "embedded",
        usage: { inputTokens: 5, outputTokens: 0 },
        servedModel: served,
      },
    });
    expect(outcome.kind === "answered" && outcome.answer.timings.latencyMs).toBeGreaterThan(0);
    expect(received.map(({ method, path: at }) => [method, at])).toEqual([["POST", path]]);
    expect(received[0]?.body).toMatchObject(sent);
  });

  test("that come in pieces are put together; a cut one is a failure", async () => {
    const body = JSON.stringify(reply([0.5, 0.25]));
    const { ask } = await steps({ send: body.slice(0, 20) }, { wait: 20 }, { send: body.slice(20) });
    expect(await ask({}, text)).toMatchObject({ answer: { text: "[0.5,0.25]" } });
    const cut = await steps({ send: body.slice(0, 20) }, { reset: true });
    expect(await cut.ask({}, text)).toMatchObject({ kind: "failed", failure: { retryable: true } });
    const short = await steps({ send: body.slice(0, 20) });
    expect((await short.ask({}, text)).kind).toBe("failed");
    const nothing = await steps();
    expect((await nothing.ask({}, text)).kind).toBe("failed");
  });

  test("of no numbers are a failure, never a vector", async () => {
    for (const vector of [[], ["a"], [null], "none"]) {
      const { ask } = await asked(whole(reply(vector)));
      expect(await ask({}, text)).toMatchObject({ kind: "failed", failure: { code: "bad-response" } });
    }
  });

  test("that a server refuses say why, and when to ask again", async () => {
    const headers = { ...JSON_TYPE, "retry-after": "2" };
    const send = JSON.stringify({ error: { message: "slow down", type: "requests" } });
    const { ask } = await asked({ status: 429, headers, steps: [{ send }] });
    expect(await ask({}, text)).toMatchObject({
      kind: "failed",
      failure: { code: "rate-limited", retryable: true, retryAfterMs: 2000 },
    });
  });
});
