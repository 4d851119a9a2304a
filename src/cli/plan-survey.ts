import type { RuleCases } from "../comparison/gate-plan.ts";
import type { Case } from "../domain/dataset.ts";
import { oneByOne } from "../domain/one-by-one.ts";
import { renderPrompt } from "../domain/prompt.ts";
import type { Rule } from "../domain/suite.ts";
import type { AskedTask } from "../engine/forecast.ts";
import type { Plan, PlannedTask } from "../engine/plan.ts";
import { slicesOf } from "../engine/scored-sample.ts";

/** What one pass over the planned cases found. */
export interface Survey {
  readonly tasks: readonly AskedTask[];
  /** By rule, in the gate's order: the tasks that have cases of its slice. */
  readonly ruleCases: readonly (readonly RuleCases[])[];
}

/** Reads every planned case once: the length of its prompt, and the rules that it is in. */
export async function surveyCases(plan: Plan, rules: readonly Rule[]): Promise<Survey> {
  const tasks: AskedTask[] = [];
  const ruleCases = rules.map((): RuleCases[] => []);
  for (const planned of plan.tasks) {
    const { asked, byRule } = await surveyTask(planned, rules);
    tasks.push(asked);
    for (const [at, own] of byRule.entries()) if (own.cases > 0) ruleCases[at]?.push(own);
  }
  return { tasks, ruleCases };
}

async function surveyTask({ task, planned, cases }: PlannedTask, rules: readonly Rule[]) {
  let promptBytes = 0;
  let calls = 0;
  const counts = rules.map(() => ({ cases: 0, clustered: false, clusters: new Set<string>() }));
  for await (const item of oneByOne(cases())) {
    const { messages, turns = [] } = renderPrompt(task, item.fields);
    const asked = [messages, ...turns.slice(1).map(({ text }) => [{ content: text }])].map(bytesOf);
    // A turn is asked with all the turns before it.
    for (const [at, bytes] of asked.entries()) promptBytes += bytes * (asked.length - at);
    calls += asked.length;
    for (const [at, rule] of rules.entries()) {
      const count = counts[at];
      if (count === undefined || !isOf(item, task.name, rule)) continue;
      count.cases += 1;
      if (item.cluster === undefined || count.clustered) continue;
      if (count.clusters.has(item.cluster)) count.clustered = true;
      else count.clusters.add(item.cluster);
    }
  }
  const asked = { name: task.name, cases: planned, messages: task.prompt.length, promptBytes, calls };
  return {
    asked,
    byRule: counts.map(({ cases: n, clustered }) => ({ task: task.name, cases: n, clustered })),
  };
}

function bytesOf(messages: readonly { readonly content: string }[]): number {
  return messages.reduce((sum, { content }) => sum + Buffer.byteLength(content), 0);
}

/** Whether a rule is judged on a case; as in a comparison, `tags` holds several values and a field one. */
function isOf(item: Case, task: string, { task: wanted, where }: Rule): boolean {
  if (wanted !== undefined && wanted !== task) return false;
  return Object.entries(where ?? {}).every(([field, value]) =>
    field === "tags" ? item.tags.includes(String(value)) : slicesOf(item, [field])[field] === String(value),
  );
}
