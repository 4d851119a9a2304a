import type { Failure, Outcome } from "../../domain/outcome.ts";
import { Refusal } from "../../domain/ports.ts";
import type { SampleId } from "../../domain/sample.ts";
import { chargedUsd, settleCalls } from "../../engine/budget.ts";
import { type BatchRecord, type BatchRecordItem, readBatch, writeBatch } from "../../storage/batch-record.ts";
import { type BatchState, type OpenBatch, pause } from "./batch-state.ts";
import { modelOf } from "./submit.ts";

const MOST_ATTEMPTS = 6;
const FIRST_WAIT_MS = 1000;
const LONGEST_WAIT_MS = 60_000;
/** Records on their way to the disk at once. */
const MOST_PENDING = 256;

interface Collecting {
  readonly record: BatchRecord;
  readonly items: ReadonlyMap<string, BatchRecordItem>;
  /** Items that have an answer, and those that have none. */
  readonly answered: Set<string>;
  readonly failed: Map<string, Failure>;
  readonly pending: Promise<void>[];
  /** What its answers cost that no earlier process had, and how many those that one had are. */
  usd: number;
  known: number;
  twice: number;
  strange: number;
}

/** Brings the results of a batch that is over into the journal and the cache. `fault` is why some may be missing. */
export async function collectBatch(
  state: BatchState,
  open: OpenBatch,
  fault: string | undefined,
): Promise<void> {
  const record = await readBatch(state.directory, open.number);
  const collecting: Collecting = {
    record,
    items: new Map(record.items.map((item) => [item.id, item])),
    answered: new Set(),
    failed: new Map(),
    pending: [],
    usd: 0,
    known: 0,
    twice: 0,
    strange: 0,
  };
  const broken = await readResults(state, open, collecting);
  if (state.signal.aborted && broken !== undefined) return;
  const why = broken?.message ?? fault ?? "its results do not name it";
  const missing = record.items.filter(({ id }) => !collecting.answered.has(id));
  for (const { id } of missing) state.failures.set(id, collecting.failed.get(id) ?? unanswered(why));
  await close(state, collecting, { fault: broken?.message ?? fault, missing: missing.length });
}

/** Money is given back, the record is closed, and people are told. */
async function close(
  state: BatchState,
  { record, usd, known, twice, strange, answered }: Collecting,
  { fault, missing }: { readonly fault: string | undefined; readonly missing: number },
): Promise<void> {
  const { number, model, items, mostUsd } = record;
  // A line that cannot be read may be an answer that is billed.
  const lost = (Math.min(strange, missing) * mostUsd) / items.length;
  const charged = { usd: usd + lost, calls: items.length - known };
  settleCalls(state.purse, { usd: mostUsd, calls: items.length }, charged);
  await writeBatch(state.directory, { ...record, state: "ended" });
  const asides = [
    ...(missing === 0 ? [] : [`${missing} without one`]),
    ...(fault === undefined ? [] : [fault]),
    ...(twice === 0 ? [] : [`${twice} named twice: the first answer is kept`]),
    ...(strange === 0 ? [] : [`${strange} lines that are not ours, or not readable, left out`]),
  ];
  state.notice([`${model}: batch ${number} is over, ${answered.size} answers`, ...asides].join("; "));
}

/** Reads until the end, from the start again where the reading breaks; what was read stands. */
async function readResults(
  state: BatchState,
  { model, name }: OpenBatch,
  collecting: Collecting,
): Promise<Failure | undefined> {
  const { backend } = modelOf(state, model);
  let waitMs = FIRST_WAIT_MS;
  for (let attempt = 1; ; attempt += 1) {
    let broken: Failure | undefined;
    collecting.twice = 0;
    collecting.strange = 0;
    const seen = new Set<string>();
    for await (const result of backend.results(name, state.signal)) {
      if (result.kind === "broken") broken = result.failure;
      else if (result.kind === "unreadable") collecting.strange += 1;
      else
        await take(state, collecting, { ...result, isSecond: seen.has(result.id) || !seen.add(result.id) });
    }
    await Promise.all(collecting.pending.splice(0));
    if (broken === undefined || state.signal.aborted) return broken;
    // The provider has them no more, or never had: that will not change.
    if (broken.code === "unknown-model") return broken;
    if (!broken.retryable || attempt === MOST_ATTEMPTS) throw notRead(state, model, name, broken);
    if (!(await pause(state, waitMs))) return broken;
    waitMs = Math.min(LONGEST_WAIT_MS, 2 * waitMs);
  }
}

function notRead({ runArgument }: BatchState, model: string, name: string, { message }: Failure): Refusal {
  return new Refusal(
    "E2015",
    `the results of batch ${name} of "${model}" cannot be read: ${message}`,
    `They are kept by the provider: evals resume ${runArgument} collects them.`,
  );
}

interface Result {
  readonly id: string;
  readonly outcome: Outcome;
  readonly isSecond: boolean;
}

/** One result: an answer is in the journal before anything else sees it; the first one of an item is kept. */
async function take(
  state: BatchState,
  collecting: Collecting,
  { id, outcome, isSecond }: Result,
): Promise<void> {
  const { record, items, answered, failed, pending } = collecting;
  const item = items.get(id);
  if (item === undefined) {
    collecting.strange += 1;
    return;
  }
  if (isSecond) collecting.twice += 1;
  if (answered.has(id) || outcome.kind === "skipped") return;
  if (outcome.kind === "failed") {
    failed.set(id, outcome.failure);
    return;
  }
  answered.add(id);
  const { task, caseId, repeat, requestKey } = item;
  const sample: SampleId = { task, caseId, target: record.model, repeat };
  const isKnown = state.journal.answered.has(sample, requestKey);
  if (isKnown) collecting.known += 1;
  else collecting.usd += chargedUsd(outcome, record.mostUsd / items.size, modelOf(state, record.model).price);
  pending.push(keep(state, { ...sample, requestKey, outcome, isKnown }));
  if (pending.length >= MOST_PENDING) await Promise.all(pending.splice(0));
}

interface Kept extends SampleId {
  readonly requestKey: string;
  readonly outcome: Outcome;
  /** An earlier process came so far. */
  readonly isKnown: boolean;
}

async function keep(
  { journal, cache, clock }: BatchState,
  { outcome, isKnown, ...sample }: Kept,
): Promise<void> {
  if (!isKnown) {
    const at = new Date(clock.wall()).toISOString();
    await journal.append({ ...sample, attempts: 1, outcome, queuedMs: 0, cached: false, at });
  }
  if (outcome.kind === "answered") await cache?.put(sample.requestKey, outcome.answer);
}

function unanswered(why: string): Failure {
  return {
    code: "server-error",
    message: `The batch has no answer to it: ${why}.`,
    retryable: true,
    retryAfterMs: undefined,
    httpStatus: undefined,
    partialText: undefined,
  };
}
