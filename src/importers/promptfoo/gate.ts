import type { JsonObject, JsonValue } from "../../domain/json.ts";
import { startingGate } from "../starting-gate.ts";
import type { Limit } from "./check.ts";
import type { PromptfooContext } from "./config.ts";
import type { ImportedModel } from "./providers.ts";
import type { ImportedTask } from "./tasks.ts";

/** A gate to start from, with the limits of the configuration. Nothing where there is one model. */
export function makeGate(
  models: readonly ImportedModel[],
  tasks: readonly ImportedTask[],
  { notes }: PromptfooContext,
): JsonObject | undefined {
  const limits = limitRules(tasks, { notes });
  if (models.length < 2 && limits.length > 0)
    notes.leftOut("cost, latency", "limits stand in a gate, which needs a second model");
  return startingGate(
    models.map(({ name }) => name),
    notes,
    limits,
  );
}

/** The limits of cost and latency as rules: for all tasks where all have the same, else task by task. */
function limitRules(
  tasks: readonly ImportedTask[],
  { notes }: Pick<PromptfooContext, "notes">,
): readonly JsonValue[] {
  const metrics = ["cost", "latency_p95"] as const;
  return metrics.flatMap((metric) => {
    const byTask = tasks.map((task) => ({ task, limit: commonLimit(task, metric, notes) }));
    const found = byTask.filter(({ limit }) => limit !== undefined);
    if (found.length === 0) return [];
    const [first] = found;
    const place = metric === "cost" ? "cost" : "latency";
    const word = metric === "cost" ? "the mean cost of a case" : "the 95th percentile of the latency";
    notes.changed(place, `it bounds ${word}, not every call: that is a rule of the gate`);
    if (found.length === tasks.length && found.every(({ limit }) => limit === first?.limit))
      return [ruleOf(metric, first?.limit ?? 0, undefined)];
    return found.map(({ task, limit }) => ruleOf(metric, limit ?? 0, task.name));
  });
}

function ruleOf(metric: Limit["metric"], atMost: number, task: string | undefined): JsonObject {
  const bound = metric === "cost" ? atMost : `${atMost}ms`;
  return { metric, ...(task !== undefined && { task }), at_most: bound };
}

/** The limit that all tests of a task share. */
function commonLimit(
  { tests }: ImportedTask,
  metric: Limit["metric"],
  notes: PromptfooContext["notes"],
): number | undefined {
  const own = tests.map(({ limits, test }) => ({
    where: test.where,
    atMost: limits.find((limit) => limit.metric === metric)?.atMost,
  }));
  const [first] = own;
  const isSame = own.every(({ atMost }) => atMost === first?.atMost);
  if (isSame) return first?.atMost;
  for (const { where, atMost } of own)
    if (atMost !== undefined)
      notes.leftOut(where, `${metric}: not all tests of its task have the same limit`);
  return undefined;
}
