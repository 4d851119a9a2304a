import { createHash } from "node:crypto";
import { stat } from "node:fs/promises";
import { extname } from "node:path";
import { checkDataset } from "../dataset/dataset.ts";
import { canonicalJson } from "../domain/canonical-json.ts";
import type { DatasetSummary } from "../domain/dataset.ts";
import type { Result } from "../domain/fault.ts";
import type { FieldRead, Task } from "../domain/suite.ts";
import { caseCheck } from "../scorers/score-answer.ts";
import type { CheckedDatasets } from "../storage/checked-datasets.ts";
import { fileHash } from "../storage/file-hash.ts";
import { version } from "./version.ts";

/** Smaller files are checked in a moment, each time. */
const WORTH_KEEPING = 256 * 1024;

/**
 * Reads a task's dataset through and checks it; a large one that was found without a fault is only hashed the next
 * time. A check counts for the same bytes, the same demands and the same version of evals alone: file times say nothing.
 */
export async function checkOnce(
  task: Task,
  fields: readonly FieldRead[],
  checks: CheckedDatasets | undefined,
): Promise<Result<DatasetSummary>> {
  const { dataset, scorers, turns } = task;
  const check = scorers.length === 0 ? undefined : caseCheck(scorers, turns);
  const demands = { fields, check };
  if (checks === undefined || !(await isLarge(dataset.file))) return checkDataset(dataset, demands);
  const keyOf = (hash: string) => checkKey(task, fields, hash);
  const found = await checks.find(keyOf(await fileHash(dataset.file)));
  if (found !== undefined) return { ok: true, value: found };
  const checked = await checkDataset(dataset, demands);
  // By the bytes that were checked: the file may have changed since it was hashed.
  if (checked.ok) await checks.keep(keyOf(checked.value.hash), checked.value);
  return checked;
}

/** SHA-256 of everything that a check hangs on. */
function checkKey(
  { dataset, scorers, turns }: Task,
  fields: readonly FieldRead[],
  fileHashed: string,
): string {
  const demands = {
    version: version(),
    hash: fileHashed,
    format: extname(dataset.file).toLowerCase(),
    fields: fields.map(({ path }) => path),
    scorers: scorers.map(({ place: _, ...spec }) => spec),
    turns: turns ?? null,
  };
  return createHash("sha256").update(canonicalJson(demands)).digest("hex");
}

async function isLarge(file: string): Promise<boolean> {
  try {
    return (await stat(file)).size >= WORTH_KEEPING;
  } catch {
    // The check says what is wrong with it.
    return false;
  }
}
