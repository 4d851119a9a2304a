import { connectAnthropic } from "../../src/backends/anthropic-wire.ts";
import { connectOllama } from "../../src/backends/ollama-wire.ts";
import { connectOpenAi } from "../../src/backends/openai-wire.ts";
import { named, openText, over, start, stop, text } from "../servers/anthropic.ts";
import { last, line, piece } from "../servers/ollama.ts";
import { chunk, done, event, usage } from "../servers/openai.ts";
import { begun, ended, message, stream, words } from "../servers/openai-responses.ts";
import type { Step } from "../servers/wire.ts";
import type { Connecting } from "./connected.ts";

/** One API of one SDK, and how its server streams. */
export interface Wire {
  readonly name: string;
  readonly setup: Connecting;
  readonly contentType: string;
  /** The beginning of an answer, up to and with this text; its last step sends one line of JSON. */
  begins(words: string): readonly Step[];
  /** A whole answer. */
  answers(words: string): readonly Step[];
  /** An error told in the stream. */
  readonly fails: Step;
}

const SSE = "text/event-stream";
const openai = {
  connect: connectOpenAi,
  backend: "openai",
  model: "m-1",
  variables: { OPENAI_API_KEY: "sk-test-0123456789" },
};

const chat: Wire = {
  name: "chat completions",
  setup: openai,
  contentType: SSE,
  begins: (words) => [chunk({ role: "assistant", content: "" }), chunk({ content: words })],
  answers: (words) => [chunk({ content: words }), chunk({}, "stop"), usage, done],
  fails: event({ error: { message: "boom", type: "server_error" } }),
};

const responses: Wire = {
  name: "the Responses API",
  setup: { ...openai, options: { api: "responses" } },
  contentType: SSE,
  begins: (text) => stream([...begun, ...words([text]).slice(0, 3)]),
  answers: (text) => stream([...begun, ...words([text]), ended("completed", [message(text)])]),
  fails: stream([ended("failed", [], { error: { code: "server_error", message: "boom" } })])[0] ?? done,
};

const anthropic: Wire = {
  name: "Anthropic's Messages",
  setup: {
    connect: connectAnthropic,
    backend: "anthropic",
    model: "claude-x",
    variables: { ANTHROPIC_API_KEY: "sk-ant-test-0123456789" },
  },
  contentType: SSE,
  begins: (words) => [start(), openText, text(words)],
  answers: (words) => [start(), openText, text(words), stop("end_turn"), over],
  fails: named("error", { error: { type: "api_error", message: "boom" } }),
};

const ollama: Wire = {
  name: "Ollama's chat",
  setup: { connect: connectOllama, backend: "ollama", model: "llama3:8b" },
  contentType: "application/x-ndjson",
  begins: (words) => [piece(words)],
  answers: (words) => [piece(words), last()],
  fails: line({ error: "boom" }),
};

/** Every wire that an SDK speaks. */
export const WIRES: readonly Wire[] = [chat, responses, anthropic, ollama];
