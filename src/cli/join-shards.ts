import type { Manifest, Spending } from "../domain/run.ts";
import type { Plan } from "../engine/plan.ts";
import { fileHash } from "../storage/file-hash.ts";
import { joinFiles } from "../storage/join-files.ts";
import { writeManifest } from "../storage/manifest.ts";
import { type RunFolder, runFiles } from "../storage/run-folder.ts";
import { readScores } from "../storage/scores.ts";
import { joinJudges } from "./join-judges.ts";
import { type ScoredRun, scoredRun } from "./scored-run.ts";
import type { ShardRun } from "./shard-faults.ts";
import { countTotals } from "./totals.ts";

/** Writes the journals, the scores and the manifests of all shards into one run. */
export async function joinShards(
  whole: Manifest,
  {
    plan,
    shards,
    folder,
  }: { readonly plan: Plan; readonly shards: readonly ShardRun[]; readonly folder: RunFolder },
): Promise<ScoredRun> {
  const files = shards.map(({ directory }) => runFiles(directory));
  await joinFiles(
    files.map(({ samples }) => samples),
    folder.samples,
  );
  await joinFiles(
    files.map(({ scores }) => scores),
    folder.scores,
  );
  const judged = shards.filter(({ manifest }) => manifest.hashes.judgements !== null);
  if (judged.length > 0)
    await joinFiles(
      judged.map(({ directory }) => runFiles(directory).judgements),
      folder.judgements,
    );
  const count = countTotals();
  const manifests = shards.map(({ manifest }) => manifest);
  const run = await scoredRun(whole, readScores(folder.scores), count.add);
  const totals = count.of(plan.samples);
  const manifest: Manifest = {
    ...whole,
    id: folder.id,
    tasks: plan.tasks.map(({ task, dataset, planned }, at) => ({
      name: task.name,
      dataset: task.dataset.path,
      datasetHash: dataset.hash,
      cases: dataset.cases,
      planned,
      scorers: whole.tasks[at]?.scorers ?? [],
    })),
    mergedFrom: manifests.map(({ id }) => id),
    state: totals.skipped === 0 ? "finished" : "interrupted",
    startedAt: manifests.map(({ startedAt }) => startedAt).sort()[0] ?? whole.startedAt,
    finishedAt:
      manifests
        .flatMap(({ finishedAt }) => finishedAt ?? [])
        .sort()
        .at(-1) ?? null,
    totals,
    spending: together(manifests.map(({ spending }) => spending)),
    judges: joinJudges(manifests.map(({ judges }) => judges)),
    hashes: {
      samples: await fileHash(folder.samples),
      judgements: judged.length === 0 ? null : await fileHash(folder.judgements),
      scores: await fileHash(folder.scores),
    },
    // The shards of one run are one attempt.
    attempt: Math.min(...manifests.map(({ attempt }) => attempt)),
    verdicts: null,
  };
  await writeManifest(folder.directory, manifest);
  return { ...run, manifest };
}

/** What the shards spent together; each had a budget of its own. */
function together(all: readonly (Spending | undefined)[]): Spending | undefined {
  const known = all.flatMap((spending) => spending ?? []);
  if (known.length < all.length) return undefined;
  const sum = (of: (spending: Spending) => number | null) =>
    known.map(of).reduce((total, part) => (total === null || part === null ? null : total + part), 0);
  return {
    usd: sum(({ usd }) => usd),
    calls: sum(({ calls }) => calls) ?? 0,
    budgetUsd: sum(({ budgetUsd }) => budgetUsd),
    budgetCalls: sum(({ budgetCalls }) => budgetCalls),
    capReached: false,
    nextCallUsd: null,
  };
}
