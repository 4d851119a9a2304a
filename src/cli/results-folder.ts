import { join } from "node:path";
import { type CheckedDatasets, checkedDatasets } from "../storage/checked-datasets.ts";
import type { Flag } from "./command.ts";

/** Where runs go unless `--out` says otherwise, below the working folder. */
export const RESULTS = "results";

/** The answer cache of all runs of a results folder, below it. */
export const CACHE = ".cache";

/** What large datasets were found to be, for all runs of a results folder, below it. */
export function checksOf(results: string): CheckedDatasets {
  return checkedDatasets(join(results, ".checked"));
}

/** The flag that names another folder. */
export const OUT_FLAG: Flag = { type: "string", value: "DIR", help: "Folder of the runs (default results)" };
