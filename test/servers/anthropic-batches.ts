import { type BatchCall, type BatchReply, startBatchServer } from "./batches.ts";

/** One request of a message batch. */
export interface MessageItem {
  readonly custom_id: string;
  readonly params: { readonly model: string; readonly messages: readonly { readonly content: string }[] };
}

interface StoredBatch {
  readonly id: string;
  readonly createdAt: string;
  readonly requests: readonly MessageItem[];
  polls: number;
}

/** A message as an item's answer. */
export function succeeded({ custom_id, params }: MessageItem, text: string, over: object = {}): object {
  const message = {
    type: "message",
    role: "assistant",
    model: params.model,
    content: [{ type: "text", text }],
    stop_reason: "end_turn",
    usage: { input_tokens: 10, output_tokens: 2 },
    ...over,
  };
  return { custom_id, result: { type: "succeeded", message } };
}

/** An item without an answer: `errored`, `expired`, `canceled`. */
export function without({ custom_id }: MessageItem, type: string, error?: object): object {
  return {
    custom_id,
    result: { type, ...(error === undefined ? {} : { error: { type: "error", error } }) },
  };
}

/** Wire-compatible with Anthropic's Message Batches: one is over when it was asked after `pollsNeeded` times. */
export async function startAnthropicBatches() {
  const batches: StoredBatch[] = [];
  const behaviour = {
    pollsNeeded: 1,
    results: (items: readonly MessageItem[]): readonly object[] => items.map((item) => succeeded(item, "4")),
    /** The address that a batch says its results have. */
    resultsUrl: "https://elsewhere.example/results",
  };
  const shown = ({ id, createdAt, requests, polls }: StoredBatch) => {
    const isOver = polls >= behaviour.pollsNeeded;
    const none = { errored: 0, canceled: 0, expired: 0 };
    return {
      id,
      type: "message_batch",
      processing_status: isOver ? "ended" : "in_progress",
      created_at: createdAt,
      request_counts: {
        ...none,
        processing: isOver ? 0 : requests.length,
        succeeded: isOver ? requests.length : 0,
      },
      results_url: isOver ? behaviour.resultsUrl : null,
    };
  };
  const answer = ({ method, path, body }: BatchCall): BatchReply => {
    if (path.startsWith("/v1/models/")) return { json: { id: path.split("/")[3], type: "model" } };
    const [, , , , id, part] = path.split("/");
    if (method === "POST") {
      const { requests } = JSON.parse(body.toString());
      const batch = {
        id: `msgbatch_${batches.length + 1}`,
        createdAt: new Date().toISOString(),
        requests,
        polls: 0,
      };
      batches.push(batch);
      return { json: shown(batch) };
    }
    if (id === undefined)
      return {
        json: { data: batches.toReversed().map(shown), has_more: false, first_id: null, last_id: null },
      };
    const batch = batches.find((one) => one.id === id);
    if (batch === undefined) return { status: 404, json: { error: { message: "no such batch" } } };
    if (part === "results") {
      const lines = behaviour.results(batch.requests);
      return { text: lines.map((line) => `${JSON.stringify(line)}\n`).join("") };
    }
    batch.polls += 1;
    return { json: shown(batch) };
  };
  const server = await startBatchServer(answer);
  return { ...server, behaviour, batches };
}
