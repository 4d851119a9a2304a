import type { Shard } from "../domain/run.ts";
import { hashSeed } from "../statistics/random.ts";

/**
 * Whether a case is one of a shard's: by a hash of task and id alone, so that all models and repeats of a case stay
 * together, and a case keeps its shard when others come or go.
 */
export function isInShard({ index, count }: Shard, task: string, caseId: string): boolean {
  return shardOf(count, task, caseId) === index;
}

/** The shard of a case, 1 to `count`. */
export function shardOf(count: number, task: string, caseId: string): number {
  return (hashSeed(JSON.stringify(["shard", task, caseId])) % count) + 1;
}
