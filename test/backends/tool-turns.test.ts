import { expect, test } from "vitest";
import type { Message } from "../../src/domain/suite.ts";
import { connected } from "./connected.ts";
import { WIRES } from "./wires.ts";

const CONVERSATION: readonly Message[] = [
  { role: "user", content: "Weather?" },
  {
    role: "assistant",
    content: "",
    called: [
      { name: "weather", arguments: { city: "Oslo" }, result: "-4" },
      { name: "weather", arguments: "not JSON", result: '{"error":"?"}' },
    ],
  },
];

/** What each API is to be sent for it, by its documentation. */
const SENT: { readonly [wire: string]: object } = {
  "chat completions": {
    messages: [
      { role: "user", content: "Weather?" },
      {
        role: "assistant",
        content: null,
        tool_calls: [
          { id: "call_1_0", type: "function", function: { name: "weather", arguments: '{"city":"Oslo"}' } },
          { id: "call_1_1", type: "function", function: { name: "weather", arguments: "not JSON" } },
        ],
      },
      { role: "tool", tool_call_id: "call_1_0", content: "-4" },
      { role: "tool", tool_call_id: "call_1_1", content: '{"error":"?"}' },
    ],
  },
  "the Responses API": {
    input: [
      { role: "user", content: "Weather?" },
      { type: "function_call", call_id: "call_1_0", name: "weather", arguments: '{"city":"Oslo"}' },
      { type: "function_call", call_id: "call_1_1", name: "weather", arguments: "not JSON" },
      { type: "function_call_output", call_id: "call_1_0", output: "-4" },
      { type: "function_call_output", call_id: "call_1_1", output: '{"error":"?"}' },
    ],
  },
  "Anthropic's Messages": {
    messages: [
      { role: "user", content: "Weather?" },
      {
        role: "assistant",
        content: [
          { type: "tool_use", id: "call_1_0", name: "weather", input: { city: "Oslo" } },
          { type: "tool_use", id: "call_1_1", name: "weather", input: { text: "not JSON" } },
        ],
      },
      {
        role: "user",
        content: [
          { type: "tool_result", tool_use_id: "call_1_0", content: "-4" },
          { type: "tool_result", tool_use_id: "call_1_1", content: '{"error":"?"}' },
        ],
      },
    ],
  },
  "Ollama's chat": {
    messages: [
      { role: "user", content: "Weather?" },
      {
        role: "assistant",
        content: "",
        tool_calls: [
          { function: { name: "weather", arguments: { city: "Oslo" } } },
          { function: { name: "weather", arguments: { text: "not JSON" } } },
        ],
      },
      { role: "tool", tool_name: "weather", content: "-4" },
      { role: "tool", tool_name: "weather", content: '{"error":"?"}' },
    ],
  },
};

test.each(WIRES)("$name is sent a turn that called tools in its own form, with the results", async (wire) => {
  const headers = { "content-type": wire.contentType };
  const setup = { ...wire.setup, settings: { timeoutMs: 20_000, idleTimeoutMs: 20_000 } };
  const { ask, received } = await connected(setup, () => ({ headers, steps: wire.answers("cold") }));
  expect(await ask({}, CONVERSATION)).toMatchObject({ kind: "answered", answer: { text: "cold" } });
  expect(received[0]?.body).toMatchObject(SENT[wire.name] ?? { unknown: wire.name });
});
