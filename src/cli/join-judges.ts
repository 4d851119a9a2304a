import type { ManifestJudge } from "../domain/run.ts";

/** The judges of the shards of a run as those of the whole: calls and cost added up, the canaries of all of them. */
export function joinJudges(shards: readonly (readonly ManifestJudge[])[]): readonly ManifestJudge[] {
  const byName = new Map<string, ManifestJudge>();
  for (const judge of shards.flat()) {
    const before = byName.get(judge.name);
    byName.set(judge.name, before === undefined ? judge : together(before, judge));
  }
  return [...byName.values()];
}

function together(one: ManifestJudge, other: ManifestJudge): ManifestJudge {
  return {
    ...one,
    tasks: [...new Set([...one.tasks, ...other.tasks])],
    calls: one.calls + other.calls,
    cached: one.cached + other.cached,
    failed: one.failed + other.failed,
    costUsd: one.costUsd === null || other.costUsd === null ? null : one.costUsd + other.costUsd,
    canaries: [...one.canaries, ...other.canaries],
  };
}
