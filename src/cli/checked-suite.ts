import { readCases, readIds } from "../dataset/read-cases.ts";
import type { Fault, Result } from "../domain/fault.ts";
import type { Manifest } from "../domain/run.ts";
import type { Suite } from "../domain/suite.ts";
import type { CaseSource } from "../engine/plan.ts";
import { scorers } from "../scorers/registry.ts";
import type { CheckedDatasets } from "../storage/checked-datasets.ts";
import { loadSuite } from "../suite/load-suite.ts";
import { parseSuite } from "../suite/parse-suite.ts";
import { Source } from "../suite/source.ts";
import { checkOnce } from "./check-once.ts";
import { shelves } from "./shelves.ts";
import { wantedFields } from "./wanted-fields.ts";

/** A suite without a fault, and its datasets, each read through once. */
export interface CheckedSuite {
  readonly suite: Suite;
  /** By task name. */
  readonly datasets: ReadonlyMap<string, CaseSource>;
  readonly warnings: readonly Fault[];
}

/**
 * Reads a suite and every dataset of it; all faults of all files at once. Nothing is sent. `checks` are those that were
 * made before, where there may be any.
 */
export async function checkedSuite(
  file: string,
  checks: CheckedDatasets | undefined,
): Promise<Result<CheckedSuite>> {
  return withDatasets(await loadSuite(file, shelves), checks);
}

/** As `checkedSuite`, from the text that a run kept of its suite: the file itself may have changed since. */
export async function storedSuite(
  { suite }: Manifest,
  checks: CheckedDatasets | undefined,
): Promise<Result<CheckedSuite>> {
  return withDatasets(parseSuite(Buffer.from(suite.text), suite.file, shelves), checks);
}

async function withDatasets(
  loaded: Result<Suite>,
  checks: CheckedDatasets | undefined,
): Promise<Result<CheckedSuite>> {
  if (!loaded.ok) return loaded;
  const suite = loaded.value;
  const datasets = new Map<string, CaseSource>();
  const faults: Fault[] = [];
  for (const task of suite.tasks) {
    const fields = wantedFields(
      suite,
      task,
      (name, options) => scorers.get(name)?.complete(options) ?? options,
    );
    const checked = await checkOnce(task, fields, checks);
    if (!checked.ok) faults.push(...checked.faults);
    else
      datasets.set(task.name, {
        summary: checked.value,
        cases: (isWanted) => readCases(task.dataset, isWanted),
        ids: () => readIds(task.dataset),
      });
  }
  if (faults.length > 0) return { ok: false, faults: faults.map((fault) => withSource(fault, suite)) };
  return { ok: true, value: { suite, datasets, warnings: loaded.warnings ?? [] } };
}

/** A fault that a dataset finds in the suite, with the suite's own line. */
function withSource(fault: Fault, { file, text }: Suite): Fault {
  if (fault.place?.file !== file || fault.source !== undefined) return fault;
  return { ...fault, source: new Source(file, text).lineAt(fault.place) };
}
