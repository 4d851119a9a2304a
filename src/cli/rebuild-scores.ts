import { Refusal } from "../domain/ports.ts";
import type { Manifest } from "../domain/run.ts";
import { readJournalBySample } from "../storage/journal-reader.ts";
import type { runFiles } from "../storage/run-folder.ts";
import { writeScores } from "../storage/scores.ts";
import { journalSamples } from "./compared-samples.ts";
import { keptJudgements } from "./kept-judgements.ts";
import { sandboxFaults } from "./sandbox-needs.ts";
import { startScoring } from "./scoring.ts";
import { sideBySide } from "./side-by-side.ts";
import { storedPlan } from "./stored-plan.ts";
import { type CodeChoice, codeFaults } from "./suite-code.ts";

/**
 * Scores the answers of a run's journal anew and writes `scores.jsonl` in the order of the plan; no call is made.
 * Throws a `Refusal` where a dataset is no longer what the run read, or a scorer runs code that may not run.
 */
export async function rebuildScores(
  manifest: Manifest,
  files: ReturnType<typeof runFiles>,
  code: CodeChoice,
  onStart: () => void,
): Promise<void> {
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
  const [refused] = codeFaults(suite, code, "scorer");
  if (refused !== undefined)
    throw new Refusal(
      "E3112",
      `${files.scores} is not what run.json says, and is not made again: ${refused.message}`,
      code === "none"
        ? (refused.hint ?? "")
        : `A run is only read here. If you trust it: evals resume ${manifest.id} makes its scores again with that code.`,
    );
  const [unusable] = sandboxFaults(suite);
  if (unusable !== undefined) throw new Refusal(unusable.code, unusable.message, unusable.hint ?? "");
  onStart();
  const prices = new Map(
    manifest.models.flatMap(({ name, price, workflow }) => [
      ...Object.entries(workflow?.prices ?? {}).map(([of, row]) => [of, row ?? undefined] as const),
      [name, price ?? undefined] as const,
    ]),
  );
  const kept = await keptJudgements(manifest, suite, files.judgements);
  const scoring = startScoring({ suite, prices, code, ask: kept.ask });
  const journal = await readJournalBySample(files.samples);
  try {
    const scores = await writeScores(files.scores);
    try {
      const work = { score: scoring.score, keep: scores.append, width: scoring.width };
      for (const task of plan.tasks)
        await sideBySide(journalSamples(task, { suite, models: plan.models, journal }), work);
    } finally {
      await scores.close();
    }
  } finally {
    await journal.close();
    await scoring.close();
    await kept.close();
  }
}
