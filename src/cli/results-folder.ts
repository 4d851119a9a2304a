import type { Flag } from "./command.ts";

/** Where runs go unless `--out` says otherwise, below the working folder. */
export const RESULTS = "results";

/** The answer cache of all runs of a results folder, below it. */
export const CACHE = ".cache";

/** The flag that names another folder. */
export const OUT_FLAG: Flag = { type: "string", value: "DIR", help: "Folder of the runs (default results)" };
