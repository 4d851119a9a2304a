import type { EarlyStopping } from "../domain/run.ts";
import type { Claim } from "../domain/suite.ts";
import type { Alignment } from "./align.ts";
import { type AboutScores, type CompareSettings, type Comparison, compare } from "./compare.ts";
import { earlyDifference } from "./early-difference.ts";
import type { PairedCases } from "./paired-cases.ts";
import type { ScoreDifference } from "./score-difference.ts";
import { marginOfTask } from "./stated-margins.ts";

/** What a comparison within a run that could stop early goes by. */
export interface EarlyFrame {
  readonly design: EarlyStopping;
  readonly claim: Claim;
  readonly seed: number;
  readonly about?: AboutScores | undefined;
}

/** Compares the cases that led to the decision; the differences of scores have bounds that hold at every moment. */
export function earlyComparison(
  alignment: Alignment,
  settings: CompareSettings,
  { design, claim, seed, about }: EarlyFrame,
): Comparison {
  const fixed = compare(alignment, settings, about);
  const slices = design.slices.filter(({ where }) => where === null);
  // Either end at half of the error, as both are shown.
  const level = 1 - (1 - settings.confidence) / 2;
  const bounded = (
    pairs: PairedCases,
    planned: { cases: number; units: number; largest: number },
    margin: number | undefined,
  ) =>
    earlyDifference({
      pairs,
      seed,
      levels: { safe: level, unsafe: level },
      missing: settings.missing,
      claim,
      margin,
      planned,
    });
  const tasks = fixed.tasks.map(({ task, difference }): { task: string; difference: ScoreDifference } => {
    const planned = slices.find((slice) => slice.task === task);
    const pairs = alignment.pairs.filter((pair) => pair.task === task);
    return {
      task,
      difference: planned === undefined ? difference : bounded(pairs, planned, marginOfTask(settings, task)),
    };
  });
  const largest = Math.max(...slices.map((slice) => slice.largest));
  const [only] = tasks;
  const overall =
    tasks.length === 1 && only !== undefined
      ? only.difference
      : bounded(alignment.pairs, { cases: design.cases, units: design.units, largest }, settings.margin);
  const after =
    design.decided === null ? "" : ` (it did, after ${design.decided.cases} of ${design.cases} cases)`;
  const text = `this run could stop early${after}: differences of scores have bounds for that; slices and other intervals have not`;
  return { ...fixed, tasks, overall, warnings: [...fixed.warnings, { code: "early", text }] };
}
