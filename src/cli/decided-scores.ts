import { caseKey } from "../comparison/case-table.ts";
import type { Manifest } from "../domain/run.ts";
import { readScores, replaceScores } from "../storage/scores.ts";
import { readEarly } from "./early-judging.ts";
import { scoredRun } from "./scored-run.ts";
import { countTotals, type TotalsCount } from "./totals.ts";

/**
 * Leaves in `scores.jsonl` only what led to a run's early decision; gives its count, or `undefined` where there was
 * none. What was on its way when the decision came, or was asked before the run was resumed to an earlier one, stays in
 * the journal alone: it decides nothing, and how much of it there is hangs on how fast the models were.
 */
export async function keepDecided(manifest: Manifest, file: string): Promise<TotalsCount | undefined> {
  const read = readEarly(await scoredRun({ ...manifest, state: "finished" }, readScores(file)));
  if (read?.prefix.isEarly !== true) return undefined;
  const taken = new Set(
    read.prefix.units.flatMap(({ cases }) => cases.map(({ task, id }) => caseKey(task, id))),
  );
  const count = countTotals();
  await replaceScores(file, (scored) => {
    if (!taken.has(caseKey(scored.task, scored.caseId))) return false;
    count.add(scored);
    return true;
  });
  return count;
}
