import { align } from "../comparison/align.ts";
import { type CorrectedComparison, correctedComparisons } from "../comparison/corrected-comparison.ts";
import type { JudgeCalibration } from "../comparison/human-labels.ts";
import type { Result } from "../domain/fault.ts";
import { readHumanLabels } from "./human-labels.ts";
import { sideOf, storedGate } from "./scored-run.ts";
import type { StoredRun } from "./stored-run.ts";

/** The judges of a run against people, and its comparisons as people would have them. */
export interface RunCalibration {
  readonly calibrations: readonly JudgeCalibration[];
  readonly corrected: readonly CorrectedComparison[];
}

/** Reads the labels of a run, and compares its judges with them and every candidate with the baseline by them. */
export async function calibrateRun(
  stored: StoredRun,
  cwd: string,
  file: string,
): Promise<Result<RunCalibration>> {
  const labels = await readHumanLabels(cwd, file, stored);
  if (!labels.ok) return labels;
  const policy = storedGate(stored.manifest);
  if (!policy.ok) return policy;
  const names = [...stored.table.targets.keys()];
  const baseline = policy.value?.baseline ?? names[0] ?? "";
  const candidates = policy.value?.candidates ?? names.filter((name) => name !== baseline);
  const corrected = candidates
    .filter((name) => names.includes(name) && names.includes(baseline))
    .flatMap((name) =>
      correctedComparisons(align(sideOf(stored, baseline), sideOf(stored, name)), labels.value, 0.95),
    );
  return { ok: true, value: { calibrations: labels.value.calibrations, corrected } };
}
