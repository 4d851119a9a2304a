import { type OpenAI, toFile } from "openai";
import { z } from "zod";
import type { Model } from "../domain/model.ts";
import type { Outcome } from "../domain/outcome.ts";
import type {
  BackendEnvironment,
  BatchBackend,
  BatchIntent,
  BatchItem,
  BatchProgress,
  BatchResult,
} from "../domain/ports.ts";
import {
  askOnce,
  batchFetch,
  failureOf,
  linesOf,
  MOST_BYTES,
  MOST_ITEMS,
  wholeOutcome,
} from "./batch-wire.ts";
import { failure, parseJson, statusFailure } from "./http-failure.ts";
import { openHttpPool } from "./http-fetch.ts";
import { CHAT_ENDINGS, chatBody, chatEvent, chatTaker } from "./openai-chat.ts";
import { RESPONSES_ENDINGS, responsesBody, responsesTaker } from "./openai-responses.ts";
import { type OpenAiSettings, openAiClient, openAiSettings } from "./openai-settings.ts";

/** One line of an output or an error file. */
const line = z.object({
  custom_id: z.string(),
  response: z.object({ status_code: z.number(), body: z.unknown() }).nullish(),
  error: z.object({ code: z.string().nullish(), message: z.string().nullish() }).nullish(),
});

/** Name of the metadata by which a batch is found again. */
const MARK = "evals_batch";
/** Batches that are looked through, newest first. */
const MOST_LISTED = 1000;
const OVER: ReadonlySet<string> = new Set(["failed", "completed", "expired", "cancelled"]);

/** Connects to OpenAI's Batch API. Throws a `Refusal` for a missing key or an unsafe host. */
export function connectOpenAiBatch(model: Model, environment: BackendEnvironment): BatchBackend {
  const settings = openAiSettings(model, environment);
  const { key, isChat } = settings;
  const { clock } = environment;
  const pool = openHttpPool(environment.variables);
  const client = openAiClient(settings, batchFetch(pool, clock));
  const endpoint = isChat ? "/v1/chat/completions" : "/v1/responses";
  return {
    mostItems: MOST_ITEMS,
    mostBytes: MOST_BYTES,
    item: (id, request) => ({
      id,
      body: { custom_id: id, method: "POST", url: endpoint, body: bodyOf(model, request, settings) },
    }),
    submit: (intent, items, caller) =>
      askOnce(key, caller, async (signal) => {
        const file = await client.files.create({ file: await fileOf(items), purpose: "batch" }, { signal });
        const metadata = { [MARK]: intent.token };
        const made = await client.batches.create(
          { input_file_id: file.id, endpoint, completion_window: "24h", metadata },
          { signal },
        );
        return made.id;
      }),
    find: (intent, caller) => askOnce(key, caller, (signal) => findBatch(client, intent, signal)),
    progress: (name, caller) =>
      askOnce(key, caller, async (signal) => progressOf(await client.batches.retrieve(name, { signal }))),
    results: (name, caller) => resultsOf(name, caller),
    close: () => pool.close(),
  };

  async function* resultsOf(name: string, signal: AbortSignal): AsyncGenerator<BatchResult> {
    try {
      const { output_file_id: output, error_file_id: errors } = await client.batches.retrieve(name, {
        signal,
      });
      for (const file of [output, errors]) {
        if (!file) continue;
        const content = await client.files.content(file, { signal });
        for await (const text of linesOf(content)) yield resultOf(text);
      }
    } catch (error) {
      yield { kind: "broken", failure: failureOf(error, key, false) };
    }
  }

  function resultOf(text: string): BatchResult {
    const parsed = line.safeParse(parseJson(text));
    if (!parsed.success) return { kind: "unreadable" };
    const { custom_id: id, response, error } = parsed.data;
    return { kind: "answer", id, outcome: outcomeOf(response ?? undefined, error ?? undefined) };
  }

  function outcomeOf(
    response: z.infer<typeof line>["response"],
    error: z.infer<typeof line>["error"],
  ): Outcome {
    if (response?.status_code === 200) {
      const take = isChat ? chatTaker : responsesTaker;
      return wholeOutcome({
        model,
        key,
        endings: isChat ? CHAT_ENDINGS : RESPONSES_ENDINGS,
        take: (into, blame) =>
          take(into, { heardAt: clock.now, blame })(
            isChat ? chatEvent(response.body) : { type: "response.completed", response: response.body },
          ),
      });
    }
    const found =
      response == null
        ? failure("server-error", `The batch has no answer: ${error?.message ?? error?.code ?? "no reason"}`)
        : statusFailure(
            response.status_code,
            new Headers(),
            JSON.stringify(response.body ?? {}),
            clock.wall(),
          );
    return { kind: "failed", failure: { ...found, message: key.redact(found.message) } };
  }
}

/** As the request of a call, but that nothing streams. */
function bodyOf(model: Model, request: Parameters<BatchBackend["item"]>[1], settings: OpenAiSettings) {
  const { form, isChat } = settings;
  const streamed = isChat
    ? chatBody(model.model, request, form)
    : responsesBody(model.model, request, form.strict);
  return { ...streamed, stream: undefined, stream_options: undefined };
}

function fileOf(items: readonly BatchItem[]) {
  const text = items.map(({ body }) => `${JSON.stringify(body)}\n`).join("");
  return toFile(Buffer.from(text), "batch.jsonl", { type: "application/jsonl" });
}

async function findBatch(
  client: OpenAI,
  { token }: BatchIntent,
  signal: AbortSignal,
): Promise<string | undefined> {
  let seen = 0;
  for await (const batch of client.batches.list({ limit: 100 }, { signal })) {
    if (batch.metadata?.[MARK] === token) return batch.id;
    seen += 1;
    if (seen === MOST_LISTED) return undefined;
  }
  return undefined;
}

function progressOf(batch: OpenAI.Batch): BatchProgress {
  const { status, request_counts: counts, errors } = batch;
  const told = (errors?.data ?? []).flatMap(({ message }) => message ?? []).slice(0, 3);
  const why = status === "completed" ? undefined : [`it is ${status}`, ...told].join(": ");
  return {
    isOver: OVER.has(status),
    done: counts === undefined ? undefined : counts.completed + counts.failed,
    total: counts?.total,
    fault: OVER.has(status) ? why : undefined,
  };
}
