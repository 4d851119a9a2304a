import type { Step } from "./wire.ts";

/** One named server-sent event, as the Messages API sends them. */
export function named(type: string, fields: object = {}): Step {
  return { send: `event: ${type}\ndata: ${JSON.stringify({ type, ...fields })}\n\n` };
}

/** The first event: the model and what the prompt took. */
export function start(usage: object = { input_tokens: 7, output_tokens: 1 }): Step {
  const message = {
    id: "msg_1",
    type: "message",
    role: "assistant",
    model: "claude-x-20260101",
    content: [],
  };
  return named("message_start", { message: { ...message, stop_reason: null, usage } });
}

/** A piece of text in the first block. */
export function text(words: string): Step {
  return named("content_block_delta", { index: 0, delta: { type: "text_delta", text: words } });
}

export const openText: Step = named("content_block_start", {
  index: 0,
  content_block: { type: "text", text: "" },
});

/** Why the model stopped, with the output tokens. */
export function stop(reason: string): Step {
  return named("message_delta", {
    delta: { stop_reason: reason, stop_sequence: null },
    usage: { output_tokens: 2 },
  });
}

export const over: Step = named("message_stop");
