import type { Model } from "../domain/model.ts";
import { Refusal } from "../domain/ports.ts";
import type { Manifest } from "../domain/run.ts";
import type { PlannedTask } from "../engine/plan.ts";
import { type JournalReader, readJournalBySample } from "../storage/journal-reader.ts";
import type { runFiles } from "../storage/run-folder.ts";
import { type ScoresWriter, writeScores } from "../storage/scores.ts";
import { type Scoring, startScoring } from "./scoring.ts";
import { storedPlan } from "./stored-plan.ts";

/**
 * Scores the answers of a run's journal anew and writes `scores.jsonl` in the order of the plan; no call is made.
 * Throws a `Refusal` where a dataset is no longer what the run read.
 */
export async function rebuildScores(manifest: Manifest, files: ReturnType<typeof runFiles>): Promise<void> {
  const stored = await storedPlan(manifest, { concurrency: undefined, budget: (before) => before });
  if (!stored.ok) {
    const [fault] = stored.faults;
    throw new Refusal(
      "E3112",
      `${files.scores} is not what run.json says, and cannot be made again: ${fault?.message}`,
      fault?.hint ?? "Restore what the run read.",
    );
  }
  const { suite, plan } = stored.value;
  const prices = new Map(
    manifest.models.flatMap(({ name, price, workflow }) => [
      ...Object.entries(workflow?.prices ?? {}).map(([of, row]) => [of, row ?? undefined] as const),
      [name, price ?? undefined] as const,
    ]),
  );
  const scoring = startScoring(suite, prices);
  const journal = await readJournalBySample(files.samples);
  try {
    const scores = await writeScores(files.scores);
    try {
      for (const task of plan.tasks) await scoreTask(task, { models: plan.models, journal, scoring, scores });
    } finally {
      await scores.close();
    }
  } finally {
    await journal.close();
    await scoring.close();
  }
}

interface Rebuilding {
  readonly models: readonly Model[];
  readonly journal: JournalReader;
  readonly scoring: Scoring;
  readonly scores: ScoresWriter;
}

async function scoreTask({ task, cases }: PlannedTask, to: Rebuilding): Promise<void> {
  const { models, journal, scoring, scores } = to;
  for await (const item of cases()) {
    for (const { name: target, settings } of models) {
      for (let repeat = 0; repeat < settings.repeats; repeat += 1) {
        const sample = await journal.read({ task: task.name, caseId: item.id, target, repeat });
        // What an interrupted run did not come to has no score.
        if (sample !== undefined) await scores.append(await scoring.score({ sample, task, case: item }));
      }
    }
  }
}
