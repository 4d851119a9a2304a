import type { Case, CaseStream } from "../domain/dataset.ts";
import type { Task } from "../domain/suite.ts";
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
export async function* parts(plan: Plan, phases: number): AsyncGenerator<() => CaseStream<AskedCase>> {
  const { inOrder } = plan;
  if (inOrder === undefined || phases === 1) {
    yield () => (inOrder === undefined ? byTask(plan) : inOrder());
    return;
  }
  const planned = plan.tasks.reduce((sum, task) => sum + task.planned, 0);
  const size = Math.max(LEAST_CASES, Math.ceil(planned / PARTS));
  let part: AskedCase[] = [];
  for await (const several of inOrder()) {
    for (const item of several) {
      part.push(item);
      if (part.length < size) continue;
      yield ofArray(part);
      part = [];
    }
  }
  if (part.length > 0) yield ofArray(part);
}

function ofArray(items: readonly AskedCase[]): () => CaseStream<AskedCase> {
  return async function* () {
    yield items;
  };
}

async function* byTask({ tasks }: Plan): AsyncGenerator<Iterable<AskedCase>> {
  for (const { task, cases } of tasks) for await (const several of cases()) yield asked(task, several);
}

function* asked(task: Task, cases: Iterable<Case>): Generator<AskedCase> {
  for (const item of cases) yield { task, case: item };
}
