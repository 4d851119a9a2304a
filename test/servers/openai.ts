import type { Step } from "./wire.ts";

/** One server-sent event. */
export function event(value: unknown): Step {
  return { send: `data: ${JSON.stringify(value)}\n\n` };
}

/** A chunk of a streamed chat completion. */
export function chunk(delta: unknown, finish_reason: string | null = null): Step {
  return event({
    id: "1",
    object: "chat.completion.chunk",
    model: "m-1",
    choices: [{ index: 0, delta, finish_reason }],
  });
}

export const usage: Step = event({
  id: "1",
  model: "m-1",
  choices: [],
  usage: { prompt_tokens: 7, completion_tokens: 2 },
});
export const done: Step = { send: "data: [DONE]\n\n" };
