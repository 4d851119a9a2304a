import type { Outcome } from "../domain/outcome.ts";
import { isAnswer } from "../domain/sample.ts";
import type { Job, Lane } from "./lane.ts";
import type { RunState } from "./run-state.ts";

/** Whether the cache may know every call of a model's samples though none of them as a whole: a workflow's steps. */
export function mayHaveSteps({ ports }: RunState, { model, decided }: Lane): boolean {
  return model.workflow !== undefined && decided === undefined && ports.cache !== undefined;
}

/** What a workflow makes of the calls that the cache knows; `undefined` where that takes one more. None is sent. */
export async function answerOfKeptSteps(
  { calls }: RunState,
  { backend, model }: Lane,
  { request }: Job,
): Promise<Outcome | undefined> {
  const how = { timeoutMs: model.settings.timeoutMs, told: () => undefined };
  const outcome = await calls.ask(backend, { ...request, open: async () => undefined }, how);
  return isAnswer({ outcome }) ? outcome : undefined;
}
