import type Anthropic from "@anthropic-ai/sdk";
import { z } from "zod";
import type { Model } from "../domain/model.ts";
import type { Outcome } from "../domain/outcome.ts";
import type { BackendEnvironment, BatchBackend, BatchIntent, BatchResult } from "../domain/ports.ts";
import {
  anthropicClient,
  anthropicSettings,
  MESSAGE_ENDINGS,
  messageBody,
  takeMessage,
} from "./anthropic-wire.ts";
import {
  askOnce,
  batchFetch,
  failureOf,
  linesOf,
  MOST_BYTES,
  MOST_ITEMS,
  wholeOutcome,
} from "./batch-wire.ts";
import { eventFailure, failure, parseJson } from "./http-failure.ts";
import { openHttpPool } from "./http-fetch.ts";

const line = z.object({
  custom_id: z.string(),
  result: z.object({
    type: z.string(),
    message: z.unknown().optional(),
    error: z
      .object({ error: z.object({ type: z.string().nullish(), message: z.string().nullish() }).nullish() })
      .nullish(),
  }),
});
type Result = z.infer<typeof line>["result"];

/** How far the provider's clock may be from ours when a batch is looked for, ms. */
const SKEW_MS = 10 * 60_000;
/** Batches that are looked through, newest first. */
const MOST_LISTED = 1000;

/** Connects to Anthropic's Message Batches. Throws a `Refusal` for a missing key or an unsafe host. */
export function connectAnthropicBatch(model: Model, environment: BackendEnvironment): BatchBackend {
  const settings = anthropicSettings(model, environment);
  const { options, key } = settings;
  const pool = openHttpPool(environment.variables);
  const client = anthropicClient(settings, batchFetch(pool, environment.clock));
  return {
    mostItems: MOST_ITEMS,
    mostBytes: MOST_BYTES,
    item: (id, request) => ({
      id,
      body: { ...messageBody(model.model, request, options), stream: undefined },
    }),
    submit: (_, items, caller) =>
      askOnce(key, caller, async (signal) => {
        // `item` made the bodies, of this type.
        const params = (body: object) => body as Anthropic.MessageCreateParamsNonStreaming;
        const requests = items.map(({ id, body }) => ({ custom_id: id, params: params(body) }));
        return (await client.messages.batches.create({ requests }, { signal })).id;
      }),
    find: (intent, caller) => askOnce(key, caller, (signal) => findBatch(client, intent, signal)),
    progress: (name, caller) =>
      askOnce(key, caller, async (signal) => {
        const { processing_status: status, request_counts: counts } = await client.messages.batches.retrieve(
          name,
          null,
          { signal },
        );
        const ended = counts.succeeded + counts.errored + counts.canceled + counts.expired;
        const total = ended + counts.processing;
        return { isOver: status === "ended", done: ended, total, fault: undefined };
      }),
    results: (name, caller) => resultsOf(name, caller),
    close: () => pool.close(),
  };

  async function* resultsOf(name: string, signal: AbortSignal): AsyncGenerator<BatchResult> {
    try {
      // By the batch's name, not by the address that the server gives: a key goes to no other host.
      const path = `/v1/messages/batches/${encodeURIComponent(name)}/results`;
      const content = await client.get(path, { signal }).asResponse();
      for await (const text of linesOf(content)) {
        const parsed = line.safeParse(parseJson(text));
        if (!parsed.success) yield { kind: "unreadable" };
        else yield { kind: "answer", id: parsed.data.custom_id, outcome: outcomeOf(parsed.data.result) };
      }
    } catch (error) {
      yield { kind: "broken", failure: failureOf(error, key, false) };
    }
  }

  function outcomeOf({ type, message, error }: Result): Outcome {
    if (type === "succeeded") {
      return wholeOutcome({
        model,
        key,
        endings: MESSAGE_ENDINGS,
        take: (into) => takeMessage(message, into, { heardAt: environment.clock.now }),
      });
    }
    const told = error?.error;
    const found =
      type === "errored" && told != null
        ? eventFailure(told.message ?? "no message", told.type ?? "")
        : failure("server-error", `The batch has no answer: ${type}`);
    return { kind: "failed", failure: { ...found, message: key.redact(found.message) } };
  }
}

/** These batches bear no mark of ours: it is the one of that size that was made nearest to the time and is not known. */
async function findBatch(
  client: Anthropic,
  { items, at, known }: BatchIntent,
  signal: AbortSignal,
): Promise<string | undefined> {
  let found: { readonly name: string; readonly distance: number } | undefined;
  let seen = 0;
  for await (const { id, created_at, request_counts: counts } of client.messages.batches.list(
    { limit: 100 },
    { signal },
  )) {
    const { processing, succeeded, errored, canceled, expired } = counts;
    const distance = Math.abs(Date.parse(created_at) - at);
    const isOurs = processing + succeeded + errored + canceled + expired === items && !known.includes(id);
    if (isOurs && distance < SKEW_MS && distance < (found?.distance ?? Infinity))
      found = { name: id, distance };
    seen += 1;
    if (seen === MOST_LISTED) break;
  }
  return found?.name;
}
