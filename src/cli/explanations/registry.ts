import { COMMAND_LINE } from "./command-line.ts";
import { DATASET_CHECKS } from "./dataset-checks.ts";
import { DATASETS } from "./datasets.ts";
import { DISK } from "./disk.ts";
import { ENVIRONMENT } from "./environment.ts";
import type { Explanation } from "./explanation.ts";
import { RUN_USE } from "./run-use.ts";
import { RUNS } from "./runs.ts";
import { SELECTION } from "./selection.ts";
import { STAND_INS } from "./stand-ins.ts";
import { SUITE_MEANING } from "./suite-meaning.ts";
import { SUITE_TEXT } from "./suite-text.ts";

/** Every explanation, by its code. */
export const EXPLANATIONS: readonly Explanation[] = [
  ...COMMAND_LINE,
  ...SUITE_TEXT,
  ...SUITE_MEANING,
  ...DATASETS,
  ...DATASET_CHECKS,
  ...SELECTION,
  ...ENVIRONMENT,
  ...STAND_INS,
  ...DISK,
  ...RUNS,
  ...RUN_USE,
].sort((a, b) => a.code.localeCompare(b.code));

/** Codes that belong together. */
interface Group {
  readonly title: string;
  readonly explanations: readonly Explanation[];
}

const GROUPS = [
  { title: "Suite and arguments (1xxx)", codes: /^E1(?!3)/ },
  { title: "Datasets (13xx)", codes: /^E13/ },
  { title: "Environment and models (2xxx)", codes: /^E2/ },
  { title: "Files and runs (3xxx)", codes: /^E3/ },
  { title: "Bugs (5xxx)", codes: /^E5/ },
] as const;

/** Every explanation in its group. */
export const GROUPED: readonly Group[] = GROUPS.map(({ title, codes }) => ({
  title,
  explanations: EXPLANATIONS.filter(({ code }) => codes.test(code)),
}));
