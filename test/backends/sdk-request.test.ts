import Anthropic from "@anthropic-ai/sdk";
import { Ollama } from "ollama";
import OpenAI from "openai";
import { expect, test } from "vitest";
import { type Received, startWireServer } from "../servers/wire.ts";
import { connected } from "./connected.ts";
import { WIRES } from "./wires.ts";

/** Asks by the SDK alone, as its documentation says. The bodies are those of the calls under test. */
const SDKS: { readonly [wire: string]: (url: string, body: never) => Promise<unknown> } = {
  "chat completions": (baseURL, body) =>
    new OpenAI({ apiKey: "sk-test-0123456789", baseURL }).chat.completions.create(body),
  "the Responses API": (baseURL, body) =>
    new OpenAI({ apiKey: "sk-test-0123456789", baseURL }).responses.create(body),
  "Anthropic's Messages": (baseURL, body) =>
    new Anthropic({ apiKey: "sk-ant-test-0123456789", baseURL }).messages.create(body),
  "Ollama's chat": (host, body) => new Ollama({ host }).chat(body),
};

/** Of this machine's `fetch` or of the moment, and none of the SDK's. */
const NOT_THE_SDKS = ["accept-encoding", "accept-language", "connection", "host", "sec-fetch-mode"];

function essence({ method, path, headers, body }: Received) {
  const own = Object.entries(headers).filter(([name]) => !NOT_THE_SDKS.includes(name));
  return { method, path, headers: Object.fromEntries(own), body };
}

test.each(WIRES)("a call over $name is, to the header, the one that its SDK makes", async (wire) => {
  const script = { headers: { "content-type": wire.contentType }, steps: wire.answers("Hello") };
  const { ask, received } = await connected(wire.setup, () => script);
  await ask({ maxTokens: 5 });
  await ask({ maxTokens: 5 });
  const server = await startWireServer(() => script);
  // The parsed body of a request that this very SDK is to send.
  await SDKS[wire.name]?.(server.url, received[0]?.body as never);
  const [own] = server.received;
  await server.close();
  if (own === undefined) throw new Error("the SDK sent nothing");
  expect(received.map(essence)).toEqual([essence(own), essence(own)]);
});
