import type { AskedCase } from "./ask-order.ts";
import type { Plan } from "./plan.ts";

/** Parts of a run that may stop early, where models take turns on a host. */
const PARTS = 20;
const LEAST_CASES = 50;

/**
 * The cases of a run in the parts that every phase of models goes through before the next begins. One part, but where
 * models take turns and the run may stop early: one model's answers to all cases would be paid for before the first
 * pair is whole.
 */
export async function* parts(plan: Plan, phases: number): AsyncGenerator<() => AsyncIterable<AskedCase>> {
  const { inOrder } = plan;
  if (inOrder === undefined || phases === 1) {
    yield () => (inOrder === undefined ? byTask(plan) : inOrder());
    return;
  }
  const planned = plan.tasks.reduce((sum, task) => sum + task.planned, 0);
  const size = Math.max(LEAST_CASES, Math.ceil(planned / PARTS));
  let part: AskedCase[] = [];
  for await (const item of inOrder()) {
    part.push(item);
    if (part.length < size) continue;
    yield ofArray(part);
    part = [];
  }
  if (part.length > 0) yield ofArray(part);
}

function ofArray(items: readonly AskedCase[]): () => AsyncIterable<AskedCase> {
  return async function* () {
    yield* items;
  };
}

async function* byTask({ tasks }: Plan): AsyncGenerator<AskedCase> {
  for (const { task, cases } of tasks) for await (const item of cases()) yield { task, case: item };
}
