import type { Script, Step } from "./wire.ts";

/** One line of a streamed chat. */
export function line(value: unknown): Step {
  return { send: `${JSON.stringify(value)}\n` };
}

/** A piece of the answer. */
export function piece(content: string, more: object = {}): Step {
  return line({ model: "llama3:8b", message: { role: "assistant", content, ...more }, done: false });
}

/** The last line, with what the server counted; durations in nanoseconds. */
export function last(more: object = {}): Step {
  return line({
    model: "llama3:8b",
    message: { role: "assistant", content: "" },
    done: true,
    done_reason: "stop",
    total_duration: 9e7,
    load_duration: 2e7,
    prompt_eval_count: 11,
    prompt_eval_duration: 1e7,
    eval_count: 3,
    eval_duration: 5e7,
    ...more,
  });
}

/** A streamed answer as the server sends it. */
export function streamed(...steps: readonly Step[]): Script {
  return { headers: { "content-type": "application/x-ndjson" }, steps };
}

/** An answer in one piece. */
export function json(value: unknown, status = 200): Script {
  return { status, headers: { "content-type": "application/json" }, steps: [line(value)] };
}
