import type { Model, WorkflowSpec } from "../domain/model.ts";
import type { Backend } from "../domain/ports.ts";
import { requestKey } from "../engine/request-key.ts";
import type { AnswerCache } from "../storage/cache/answer-cache.ts";
import { workflows } from "../workflows/registry.ts";
import { type Member, workflowTarget } from "../workflows/target.ts";
import { answerReaders } from "./answer-readers.ts";
import { openUserFunction } from "./user-function.ts";

/** What a workflow is connected with. */
export interface WorkflowConnecting {
  /** The models of the suite. */
  readonly models: readonly Model[];
  /** Directory of the suite file, for a function of the user's. */
  readonly directory: string;
  readonly cache: AnswerCache | undefined;
  /** Opens a connection of its own to one model. */
  open(model: Model): Promise<Member>;
}

/** Connects every model that a workflow asks, and makes one backend of them. */
export async function connectWorkflow(
  model: Model,
  spec: WorkflowSpec,
  { models, directory, cache, open }: WorkflowConnecting,
): Promise<Backend> {
  const item = workflows.get(spec.name);
  if (item === undefined) throw new Error(`no workflow "${spec.name}"`);
  const workflow = item.bind(spec.options);
  const named = workflow.userFunction;
  const userFunction = named && (await openUserFunction(named, directory, spec.stepTimeoutMs));
  const settings = { ...model.settings, timeoutMs: spec.stepTimeoutMs };
  const own = await open({ ...model, name: spec.of, settings, workflow: undefined });
  const others = new Map<string, Member>();
  try {
    for (const other of models.filter(({ name }) => spec.others.includes(name)))
      others.set(other.name, await open(other));
  } catch (error) {
    await Promise.all([own, ...others.values()].map(({ backend }) => backend.close()));
    throw error;
  }
  return workflowTarget({
    workflow,
    own,
    others,
    read: answerReaders,
    userFunction,
    cache,
    keyOf: requestKey,
  });
}
