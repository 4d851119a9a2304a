import { readCases, readIds } from "../dataset/read-cases.ts";
import type { Fault, Result } from "../domain/fault.ts";
import { inFileOrder } from "../domain/fault-order.ts";
import type { Manifest } from "../domain/run.ts";
import type { Suite } from "../domain/suite.ts";
import type { CaseSource } from "../engine/plan.ts";
import { scorers } from "../scorers/registry.ts";
import type { CheckedDatasets } from "../storage/checked-datasets.ts";
import { loadSuite } from "../suite/load-suite.ts";
import { parseSuite, type SuiteReading } from "../suite/parse-suite.ts";
import { Source } from "../suite/source.ts";
import { checkOnce } from "./check-once.ts";
import { emptySlices } from "./empty-slices.ts";
import { groupFaults } from "./group-faults.ts";
import { shelves } from "./shelves.ts";
import { wantedFields } from "./wanted-fields.ts";

/** A suite without a fault, and its datasets, each read through once. */
export interface CheckedSuite {
  readonly suite: Suite;
  /** By task name. */
  readonly datasets: ReadonlyMap<string, CaseSource>;
}

/** What a command checks besides: the mistakes that its flags and the suite make together. */
export type SuiteCheck = (suite: Suite) => readonly Fault[];

/**
 * Reads a suite and every dataset of it; all faults of all files at once. Nothing is sent. `checks` are those that were
 * made before, where there may be any. What of a faulty suite is sound is checked further all the same.
 */
export async function checkedSuite(
  file: string,
  checks: CheckedDatasets | undefined,
  alsoCheck: SuiteCheck = () => [],
): Promise<Result<CheckedSuite>> {
  return withDatasets(await loadSuite(file, shelves), checks, alsoCheck);
}

/** As `checkedSuite`, from the text that a run kept of its suite: the file itself may have changed since. */
export async function storedSuite(
  { suite }: Manifest,
  checks: CheckedDatasets | undefined,
): Promise<Result<CheckedSuite>> {
  return withDatasets(parseSuite(Buffer.from(suite.text), suite.file, shelves), checks, undefined);
}

async function withDatasets(
  loaded: SuiteReading,
  checks: CheckedDatasets | undefined,
  alsoCheck: SuiteCheck | undefined,
): Promise<Result<CheckedSuite>> {
  const suite = loaded.ok ? loaded.value : loaded.sound;
  if (suite === undefined) return { ok: false, faults: loaded.ok ? [] : loaded.faults };
  const datasets = new Map<string, CaseSource>();
  const faults: Fault[] = [...(loaded.ok ? [] : loaded.faults), ...(alsoCheck?.(suite) ?? [])];
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
  const fieldsOf = new Map([...datasets].map(([name, { summary }]) => [name, summary.fields]));
  // A run that has begun goes on, whatever its gate can decide.
  if (alsoCheck !== undefined)
    faults.push(...groupFaults(suite, fieldsOf), ...(await emptySlices(suite, datasets)));
  if (!loaded.ok || faults.length > 0) {
    const source = new Source(suite.file, suite.text);
    return {
      ok: false,
      faults: inFileOrder(
        faults.map((fault) => withSource(fault, source)),
        [suite.file],
      ),
    };
  }
  return { ok: true, value: { suite, datasets } };
}

/** A fault that is found in the suite after it was read, with the suite's own line. */
function withSource(fault: Fault, source: Source): Fault {
  if (fault.place?.file !== source.file || fault.source !== undefined) return fault;
  return { ...fault, source: source.lineAt(fault.place) };
}
