import { type BatchCall, type BatchReply, startBatchServer } from "./batches.ts";

/** A line of an input file. */
export interface InputLine {
  readonly custom_id: string;
  readonly url: string;
  readonly body: { readonly model: string; readonly messages: readonly { readonly content: string }[] };
}

interface StoredBatch {
  readonly id: string;
  readonly input_file_id: string;
  readonly endpoint: string;
  readonly metadata: unknown;
  polls: number;
}

/** How batches end: the lines of both files for what was asked, and the status. */
export interface Ending {
  readonly status?: string;
  readonly output?: readonly unknown[] | string;
  readonly errors?: readonly unknown[];
  readonly why?: readonly { readonly message: string }[];
}

/** A chat completion as an item's answer. */
export function completion({ custom_id, body }: InputLine, content: string, over: object = {}): object {
  const message = { role: "assistant", content };
  return {
    id: `batch_req_${custom_id}`,
    custom_id,
    response: {
      status_code: 200,
      body: {
        object: "chat.completion",
        model: body.model,
        choices: [{ index: 0, finish_reason: "stop", message }],
        usage: { prompt_tokens: 10, completion_tokens: 2 },
        ...over,
      },
    },
    error: null,
  };
}

/** Wire-compatible with OpenAI's Files and Batch API: a batch is over when it was asked after `pollsNeeded` times. */
export async function startOpenAiBatches() {
  const files = new Map<string, string>();
  const batches: StoredBatch[] = [];
  const behaviour = {
    pollsNeeded: 1,
    end: (lines: readonly InputLine[]): Ending => ({ output: lines.map((line) => completion(line, "4")) }),
  };
  const endings = new Map<string, Ending>();
  const linesOf = (file: string): readonly InputLine[] =>
    (files.get(file) ?? "")
      .trim()
      .split("\n")
      .map((text) => JSON.parse(text));
  const shown = (batch: StoredBatch) => {
    const lines = linesOf(batch.input_file_id);
    const isOver = batch.polls >= behaviour.pollsNeeded;
    const ending = endings.get(batch.id) ?? (isOver ? behaviour.end(lines) : undefined);
    if (ending !== undefined) endings.set(batch.id, ending);
    const { status = "completed", output = [], errors = [], why } = ending ?? {};
    const outputText = typeof output === "string" ? output : jsonl(output);
    files.set(`${batch.id}-out`, outputText);
    files.set(`${batch.id}-err`, jsonl(errors));
    return {
      ...batch,
      object: "batch",
      completion_window: "24h",
      created_at: Math.floor(Date.now() / 1000),
      status: ending === undefined ? "in_progress" : status,
      request_counts: { total: lines.length, completed: isOver ? lines.length : 0, failed: 0 },
      ...(ending === undefined || outputText === "" ? {} : { output_file_id: `${batch.id}-out` }),
      ...(ending === undefined || errors.length === 0 ? {} : { error_file_id: `${batch.id}-err` }),
      ...(why === undefined ? {} : { errors: { object: "list", data: why } }),
    };
  };
  const answer = async (call: BatchCall): Promise<BatchReply> => {
    const { method, path } = call;
    const [, , kind, id = "", part] = path.split("/");
    if (kind === "models") return { json: { id, object: "model" } };
    if (method === "POST" && kind === "files") return { json: await upload(call) };
    if (method === "POST" && kind === "batches") {
      const { input_file_id, endpoint, metadata } = JSON.parse(call.body.toString());
      const batch = { id: `batch_${batches.length + 1}`, input_file_id, endpoint, metadata, polls: 0 };
      batches.push(batch);
      return { json: shown(batch) };
    }
    if (kind === "batches" && id === "")
      return { json: { object: "list", data: batches.toReversed().map(shown), has_more: false } };
    const batch = batches.find((one) => one.id === id);
    if (kind === "batches" && batch !== undefined) {
      batch.polls += 1;
      return { json: shown(batch) };
    }
    if (kind === "files" && part === "content") return { text: files.get(id) ?? "" };
    return { status: 404, json: { error: { message: `no ${path}` } } };
  };
  const upload = async ({ headers, body }: BatchCall) => {
    const type = String(headers["content-type"]);
    const form = await new Response(new Uint8Array(body), { headers: { "content-type": type } }).formData();
    const file = form.get("file");
    if (!(file instanceof Blob)) throw new Error("no file in the form");
    const id = `file-${files.size + 1}`;
    files.set(id, await file.text());
    return { id, object: "file", purpose: form.get("purpose") };
  };
  const server = await startBatchServer(answer);
  return {
    ...server,
    behaviour,
    batches,
    /** What was asked, batch by batch. */
    asked: () => batches.map(({ input_file_id }) => linesOf(input_file_id)),
  };
}

function jsonl(lines: readonly unknown[]): string {
  return lines.map((line) => `${JSON.stringify(line)}\n`).join("");
}
