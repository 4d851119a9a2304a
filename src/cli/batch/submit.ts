import { randomUUID } from "node:crypto";
import type { Failure } from "../../domain/outcome.ts";
import { type BatchIntent, type BatchItem, Refusal } from "../../domain/ports.ts";
import { settleCalls } from "../../engine/budget.ts";
import { type BatchRecord, type BatchRecordItem, writeBatch } from "../../storage/batch-record.ts";
import { type BatchedModel, type BatchState, pause } from "./batch-state.ts";

/** Items that will make a batch. */
export interface Draft {
  readonly model: string;
  readonly records: BatchRecordItem[];
  readonly items: BatchItem[];
  bytes: number;
  mostUsd: number;
}

const MOST_ATTEMPTS = 6;
const FIRST_WAIT_MS = 1000;
const LONGEST_WAIT_MS = 60_000;

/** Writes a batch down, sends it, and writes down its name. Its money is held already. */
export async function submit(state: BatchState, { model, records, items, mostUsd }: Draft): Promise<void> {
  const number = state.nextNumber;
  state.nextNumber += 1;
  const planned: BatchRecord = {
    number,
    model,
    token: randomUUID(),
    plannedAt: new Date(state.clock.wall()).toISOString(),
    state: "planned",
    name: undefined,
    mostUsd,
    items: records,
  };
  await writeBatch(state.directory, planned);
  const sent = await send(state, planned, items);
  if (sent === undefined) return;
  if (typeof sent === "string") return opened(state, planned, sent);
  await writeBatch(state.directory, { ...planned, state: "rejected" });
  settleCalls(state.purse, { usd: mostUsd, calls: records.length }, { usd: 0, calls: 0 });
  for (const { id } of records) state.failures.set(id, sent);
  if (!sent.retryable) state.stopped.set(model, sent);
  state.notice(`${model}: batch ${number} was not taken: ${sent.message}`);
}

/** Writes down the name of a batch, and looks after it from now on. */
export async function opened(state: BatchState, record: BatchRecord, name: string): Promise<void> {
  const { number, model, items } = record;
  await writeBatch(state.directory, { ...record, state: "submitted", name });
  state.names.push(name);
  state.open.push({ number, model, name, shown: "" });
  state.notice(`${model}: batch ${number} with ${items.length} requests is ${name}`);
}

/** Its name, or why it is not there; `undefined` where the run is to stop: then it is looked for when it goes on. */
async function send(
  state: BatchState,
  record: BatchRecord,
  items: readonly BatchItem[],
): Promise<string | Failure | undefined> {
  const { backend } = modelOf(state, record.model);
  const intent = intentOf(state, record);
  let waitMs = FIRST_WAIT_MS;
  for (let attempt = 1; ; attempt += 1) {
    const made = await backend.submit(intent, items, state.signal);
    if (made.ok) return made.value;
    if (state.signal.aborted) return undefined;
    const { failure } = made;
    if (!failure.retryable) return failure;
    if (!(await pause(state, Math.max(waitMs, failure.retryAfterMs ?? 0)))) return undefined;
    waitMs = Math.min(LONGEST_WAIT_MS, 2 * waitMs);
    if (isRefused(failure)) {
      if (attempt === MOST_ATTEMPTS) return failure;
      continue;
    }
    // It may have been made all the same, and would be paid for twice.
    const found = await find(state, record);
    if (found !== undefined || state.signal.aborted) return found;
    if (attempt === MOST_ATTEMPTS) return failure;
  }
}

/** Whether a server said no, or there was none: nothing was made. */
function isRefused({ code }: Failure): boolean {
  return code === "rate-limited" || code === "unreachable";
}

/** Looks for a batch whose creation was not answered. Throws a `Refusal` where nobody can say whether it is there. */
export async function find(state: BatchState, record: BatchRecord): Promise<string | undefined> {
  const { backend } = modelOf(state, record.model);
  let waitMs = FIRST_WAIT_MS;
  for (let attempt = 1; ; attempt += 1) {
    const found = await backend.find(intentOf(state, record), state.signal);
    if (found.ok) return found.value;
    if (state.signal.aborted) return undefined;
    if (!found.failure.retryable || attempt === MOST_ATTEMPTS) {
      throw new Refusal(
        "E2014",
        `it is not known whether batch ${record.number} of "${record.model}" was made: ${found.failure.message}`,
        `evals resume ${state.runArgument} looks for it; nothing is sent twice.`,
      );
    }
    if (!(await pause(state, waitMs))) return undefined;
    waitMs = Math.min(LONGEST_WAIT_MS, 2 * waitMs);
  }
}

function intentOf(state: BatchState, { token, items, plannedAt }: BatchRecord): BatchIntent {
  return { token, items: items.length, at: Date.parse(plannedAt), known: state.names };
}

/** A model that is asked in batches. */
export function modelOf({ models }: BatchState, name: string): BatchedModel {
  const found = models.get(name);
  if (found === undefined) throw new Error(`"${name}" is not asked in batches`);
  return found;
}
