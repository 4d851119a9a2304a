import type { Model } from "../domain/model.ts";
import { oneByOne } from "../domain/one-by-one.ts";
import type { Sample } from "../domain/sample.ts";
import type { Suite, Task } from "../domain/suite.ts";
import type { PlannedTask } from "../engine/plan.ts";
import { scorers } from "../scorers/registry.ts";
import type { Rival } from "../scorers/scorer.ts";
import type { JournalReader } from "../storage/journal-reader.ts";
import type { Unscored } from "./scoring.ts";

/** Whether a scorer of the task needs the baseline's answers: the task is then scored once all are there. */
export function comparesBaseline({ scorers: specs }: Pick<Task, "scorers">): boolean {
  return specs.some(({ scorer, options }) => scorers.get(scorer)?.comparesBaseline(options) ?? false);
}

/** What a pass over a journal goes by. */
export interface JournalPass {
  readonly suite: Suite;
  readonly models: readonly Model[];
  readonly journal: JournalReader;
}

/**
 * The samples of a task, case by case, from the journal in the order of the plan, with the baseline's answers where its scorers compare
 * with them. What an interrupted run did not come to is left out.
 */
export async function* journalSamples(
  { task, cases }: PlannedTask,
  pass: JournalPass,
): AsyncGenerator<readonly Unscored[]> {
  const compares = comparesBaseline(task);
  for await (const item of oneByOne(cases())) {
    const samples: Unscored[] = [];
    for (const { name: target, settings } of pass.models) {
      for (let repeat = 0; repeat < settings.repeats; repeat += 1) {
        const sample = await pass.journal.read({ task: task.name, caseId: item.id, target, repeat });
        if (sample === undefined) continue;
        const rival = compares ? await rivalOf(sample, pass) : undefined;
        samples.push({ sample, task, case: item, rival });
      }
    }
    yield samples;
  }
}

async function rivalOf(sample: Sample, { suite, models, journal }: JournalPass): Promise<Rival> {
  const baseline = models.find(({ name }) => name === suite.gate?.baseline);
  if (baseline === undefined) return { kind: "none", reason: "the baseline was not asked" };
  if (sample.target === baseline.name) return { kind: "itself" };
  // A baseline that is asked less often is compared with in turn.
  const repeat = sample.repeat % baseline.settings.repeats;
  const other = await journal.read({ ...sample, target: baseline.name, repeat });
  if (other === undefined) return { kind: "none", reason: "the baseline has not answered" };
  const { outcome } = other;
  if (outcome.kind === "failed") return { kind: "none", reason: "the baseline's call failed" };
  if (outcome.kind === "skipped") return { kind: "none", reason: "the baseline's call was skipped" };
  return { kind: "answer", text: outcome.answer.text, outcome: outcome.kind };
}
