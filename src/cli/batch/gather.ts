import type { Case } from "../../domain/dataset.ts";
import { oneByOne } from "../../domain/one-by-one.ts";
import type { Request } from "../../domain/ports.ts";
import type { Message, Task } from "../../domain/suite.ts";
import { renderText } from "../../domain/template.ts";
import { hold, mostUsd, suffices } from "../../engine/budget.ts";
import type { Plan } from "../../engine/plan.ts";
import { requestKey } from "../../engine/request-key.ts";
import { type BatchedModel, type BatchState, itemId } from "./batch-state.ts";
import { type Draft, submit } from "./submit.ts";
import { watchBatches } from "./watch.ts";

/**
 * Asks in batches every sample that has no answer in the journal or the cache and is not on its way: in the order of the
 * plan, the models of a case side by side, so that a budget that ends leaves no case without its pair.
 */
export async function gatherBatches(
  state: BatchState,
  plan: Plan,
  onItsWay: ReadonlySet<string>,
): Promise<void> {
  const drafts = new Map<string, Draft>();
  for (const { task, cases } of plan.tasks) {
    for await (const item of oneByOne(cases())) {
      const messages = task.prompt.map(({ role, content }) => ({
        role,
        content: renderText(content, item.fields),
      }));
      for (const asked of state.models.values()) {
        for (let repeat = 0; repeat < asked.model.settings.repeats; repeat += 1) {
          const wish = { task, case: item, messages, repeat };
          if (state.signal.aborted || !(await add(state, drafts, asked, { wish, onItsWay }))) return;
        }
      }
    }
  }
  await submitAll(state, drafts);
}

interface Wish {
  readonly task: Task;
  readonly case: Case;
  readonly messages: readonly Message[];
  readonly repeat: number;
}

/** Adds a sample to its model's draft; false where no more is to be asked. */
async function add(
  state: BatchState,
  drafts: Map<string, Draft>,
  { model, backend, bound }: BatchedModel,
  { wish, onItsWay }: { readonly wish: Wish; readonly onItsWay: ReadonlySet<string> },
): Promise<boolean> {
  const { task, case: item, messages, repeat } = wish;
  const sample = { task: task.name, caseId: item.id, target: model.name, repeat };
  const id = itemId(state.runId, sample);
  const key = requestKey(model, messages, repeat);
  if (onItsWay.has(id) || state.journal.answered.has(sample, key)) return true;
  if (state.cache?.get(key) !== undefined) return true;
  const stopped = state.stopped.get(model.name);
  if (stopped !== undefined) {
    state.failures.set(id, stopped);
    return true;
  }
  const most = bound === undefined ? 0 : mostUsd(bound, messages);
  if (!(await hasMoney(state, drafts, most))) return false;
  hold(state.purse, most);
  const request: Request = { messages, parameters: model.parameters, task: task.name, case: item, repeat };
  const made = backend.item(id, request);
  const bytes = Buffer.byteLength(JSON.stringify(made.body), "utf8");
  const before = drafts.get(model.name);
  const isFull =
    before !== undefined &&
    (before.items.length === backend.mostItems || before.bytes + bytes > backend.mostBytes);
  if (isFull) {
    drafts.delete(model.name);
    await submit(state, before);
  }
  const draft = drafts.get(model.name) ?? newDraft(model.name);
  drafts.set(model.name, draft);
  draft.items.push(made);
  draft.records.push({ id, task: task.name, caseId: item.id, repeat, requestKey: key });
  draft.bytes += bytes;
  draft.mostUsd += most;
  return true;
}

/** Whether the budget suffices for one more; where it may once what is out has come back, that is waited for. */
async function hasMoney(state: BatchState, drafts: Map<string, Draft>, most: number): Promise<boolean> {
  if (suffices(state.purse, most)) return true;
  await submitAll(state, drafts);
  await watchBatches(state);
  if (state.signal.aborted) return false;
  if (suffices(state.purse, most)) return true;
  state.capReached = true;
  state.purse.refusedUsd = most;
  return false;
}

async function submitAll(state: BatchState, drafts: Map<string, Draft>): Promise<void> {
  for (const [name, draft] of drafts) {
    if (state.signal.aborted) return;
    drafts.delete(name);
    await submit(state, draft);
  }
}

function newDraft(model: string): Draft {
  return { model, records: [], items: [], bytes: 0, mostUsd: 0 };
}
