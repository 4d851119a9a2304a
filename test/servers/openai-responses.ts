import type { Step } from "./wire.ts";

/** An event of the Responses API, before it is numbered. */
export interface Told {
  readonly type: string;
  readonly [field: string]: unknown;
}

const shell = {
  id: "resp_1",
  object: "response",
  created_at: 1767225600,
  background: false,
  error: null,
  incomplete_details: null,
  instructions: null,
  model: "m-1-2026-01-01",
  output: [],
  parallel_tool_calls: true,
  store: false,
  usage: null,
};

export const usage = {
  input_tokens: 70,
  input_tokens_details: { cached_tokens: 64, cache_write_tokens: 4 },
  output_tokens: 20,
  output_tokens_details: { reasoning_tokens: 16 },
  total_tokens: 90,
};

/** The two events that every stream begins with. */
export const begun: readonly Told[] = ["created", "in_progress"].map((state) => ({
  type: `response.${state}`,
  response: { ...shell, status: "in_progress" },
}));

/** A whole message, as the last event repeats it. */
export function message(text: string, more: object = {}) {
  const content = [{ type: "output_text", annotations: [], logprobs: [], text }];
  return { id: "msg_1", type: "message", status: "completed", role: "assistant", content, ...more };
}

export const reasoning = { id: "rs_1", type: "reasoning", summary: [] };

/** A refusal, as the last event repeats it. */
export function refusal(words: string) {
  return message("", { content: [{ type: "refusal", refusal: words }] });
}

/** A call of a tool, as the last event repeats it. */
export function call(name: string, json: string) {
  return {
    id: `fc_${name}`,
    type: "function_call",
    status: "completed",
    call_id: `c_${name}`,
    name,
    arguments: json,
  };
}

/** A message that comes in pieces, with all the events around it. */
export function words(pieces: readonly string[], output_index = 0, more: object = {}): readonly Told[] {
  const at = { item_id: "msg_1", output_index, content_index: 0 };
  const text = pieces.join("");
  const [part] = message("").content;
  const opened = message("", { status: "in_progress", content: [], ...more });
  return [
    { type: "response.output_item.added", output_index, item: opened },
    { type: "response.content_part.added", ...at, part },
    ...pieces.map((delta) => ({ type: "response.output_text.delta", ...at, delta, logprobs: [] })),
    { type: "response.output_text.done", ...at, text, logprobs: [] },
    { type: "response.content_part.done", ...at, part: { ...part, text } },
    { type: "response.output_item.done", output_index, item: message(text, more) },
  ];
}

/** A refusal that comes in pieces. */
export function refusing(...pieces: readonly string[]): readonly Told[] {
  const at = { item_id: "msg_1", output_index: 0, content_index: 0 };
  return pieces.map((delta) => ({ type: "response.refusal.delta", ...at, delta }));
}

/** A call of a tool whose arguments come in pieces. */
export function calling(name: string, pieces: readonly string[], output_index: number): readonly Told[] {
  const at = { item_id: `fc_${name}`, output_index };
  const whole = call(name, pieces.join(""));
  return [
    { type: "response.output_item.added", output_index, item: { ...call(name, ""), status: "in_progress" } },
    ...pieces.map((delta) => ({ type: "response.function_call_arguments.delta", ...at, delta })),
    { type: "response.function_call_arguments.done", ...at, name, arguments: whole.arguments },
    { type: "response.output_item.done", output_index, item: whole },
  ];
}

/** The last event: `completed`, `incomplete` or `failed`, with the whole response. */
export function ended(status: string, output: readonly unknown[], more: object = {}): Told {
  return { type: `response.${status}`, response: { ...shell, status, output, usage, ...more } };
}

/** The events as the API sends them: named, numbered, and with no word after the last. */
export function stream(told: readonly Told[]): readonly Step[] {
  return told.map(({ type, ...fields }, sequence_number) => ({
    send: `event: ${type}\ndata: ${JSON.stringify({ type, sequence_number, ...fields })}\n\n`,
  }));
}
