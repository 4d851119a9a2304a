import { expect, test } from "vitest";
import { requestKey } from "../../src/engine/request-key.ts";
import { aModel } from "./models.ts";

const messages = [{ role: "user", content: "Why?" }] as const;
const key = (over: Parameters<typeof aModel>[1] = {}, repeat = 0) =>
  requestKey(aModel("gpt-4", over), messages, repeat);
const { parameters, settings } = aModel("gpt-4");

test("the same request has the same key, whatever the model is called in the suite", () => {
  expect(key()).toMatch(/^[0-9a-f]{64}$/);
  expect(key({ name: "renamed" })).toBe(key());
});

test.each([
  ["backend", key({ backend: "ollama" })],
  ["model id", key({ model: "gpt-4o" })],
  ["host", key({ options: { base_url: "http://127.0.0.1:8000/v1" } })],
  ["temperature", key({ parameters: { ...parameters, temperature: 0 } })],
  ["token limit", key({ parameters: { ...parameters, maxTokens: 64 } })],
  ["schema", key({ parameters: { ...parameters, responseSchema: { type: "object" } } })],
  ["repeat", key({}, 1)],
  ["role", requestKey(aModel("gpt-4"), [{ role: "system", content: "Why?" }], 0)],
  ["text", requestKey(aModel("gpt-4"), [{ role: "user", content: "Why not?" }], 0)],
])("another %s is another request", (_, other) => {
  expect(other).not.toBe(key());
});

test("how fast it is asked does not matter", () => {
  expect(key({ settings: { ...settings, concurrency: 64, timeoutMs: 1 } })).toBe(key());
});

test("the order of keys in the suite does not matter", () => {
  const one = key({ options: { base_url: "http://a", api_key_env: "K" } });
  expect(key({ options: { api_key_env: "K", base_url: "http://a" } })).toBe(one);
});

test("the border between two messages is part of the request", () => {
  const joined = requestKey(aModel("m"), [{ role: "user", content: "ab" }], 0);
  const split = requestKey(
    aModel("m"),
    [
      { role: "user", content: "a" },
      { role: "user", content: "b" },
    ],
    0,
  );
  expect(split).not.toBe(joined);
});
