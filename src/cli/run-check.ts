import type { Selection } from "../domain/run.ts";
import { matchesAny } from "../engine/glob.ts";
import { batchFaults } from "./batch/batched-models.ts";
import { budgetFaults, budgetOf } from "./budget.ts";
import type { SuiteCheck } from "./checked-suite.ts";
import type { FlagValues } from "./command.ts";
import { isSet } from "./flag-values.ts";
import type { Io } from "./io.ts";
import { connected, judgesOf } from "./judge-needs.ts";
import { codeFaults, codeOfRun } from "./suite-code.ts";

/** What keeps the chosen part of a suite from being run as the flags say: code that may not run, no batches, or a budget without bound. */
export function runCheck(flags: FlagValues, chosen: Selection, io: Pick<Io, "variables">): SuiteCheck {
  return (suite) => {
    const models = suite.models.filter(({ name }) => isChosen(chosen.models, name));
    const tasks = suite.tasks.filter(({ name }) => isChosen(chosen.tasks, name));
    const isBatch = isSet(flags, "batch") || suite.batch;
    return [
      ...codeFaults(suite, codeOfRun(io)),
      ...(isBatch ? batchFaults(models, tasks) : []),
      ...budgetFaults(budgetOf(flags, suite.budget), connected(models, judgesOf(suite, tasks)), suite.models),
    ];
  };
}

function isChosen(patterns: readonly string[] | undefined, name: string): boolean {
  return patterns === undefined || matchesAny(patterns, name);
}
