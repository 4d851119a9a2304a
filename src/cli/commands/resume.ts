import { join, resolve as resolvePath } from "node:path";
import type { Fault } from "../../domain/fault.ts";
import type { Manifest } from "../../domain/run.ts";
import type { Suite } from "../../domain/suite.ts";
import { type Plan, planRun } from "../../engine/plan.ts";
import { answerCache } from "../../storage/answer-cache.ts";
import { readManifest } from "../../storage/manifest.ts";
import { findRun, runFiles } from "../../storage/run-folder.ts";
import { BUDGET_FLAGS, budgetFaults, budgetOf } from "../budget.ts";
import { storedSuite } from "../checked-suite.ts";
import type { Command, FlagValues, Invocation } from "../command.ts";
import { conduct, runExitCode, show } from "../conduct.ts";
import type { ExitCode } from "../exit-code.ts";
import { countFlag, isSet, textFlag } from "../flag-values.ts";
import { reportInput, storedGate, storedRun } from "../judged-run.ts";
import { CACHE, OUT_FLAG, RESULTS } from "../results-folder.ts";
import { showFaults } from "../show-faults.ts";

/** `evals resume`: asks what an interrupted or killed run has no answer for, and nothing else. */
export const resume: Command = {
  name: "resume",
  arguments: "RUN",
  positionals: { min: 1, max: 1 },
  summary: "Finish an interrupted run; no answered call is repeated",
  flags: {
    concurrency: { type: "string", value: "N", help: "Calls in flight over all models" },
    ...BUDGET_FLAGS,
    bail: { type: "string", value: "N", help: "Stop after N failed samples" },
    gate: { type: "boolean", help: "Exit with the gate's verdict: 0, 1 or 3" },
    "no-cache": { type: "boolean", help: "Ask anew what the answer cache knows" },
    out: OUT_FLAG,
  },
  examples: ["evals resume latest", "evals resume x7k2 --concurrency 4"],
  run: resumeCommand,
};

async function resumeCommand({ positionals, flags, io }: Invocation): Promise<ExitCode> {
  const json = isSet(flags, "json");
  const isGated = isSet(flags, "gate");
  const out = resolvePath(io.cwd, textFlag(flags, "out") ?? RESULTS);
  const directory = await findRun(out, positionals[0] ?? "latest");
  const manifest = await readManifest(directory);
  if (manifest.state === "finished" && manifest.totals.failed === 0)
    return showFinished(directory, { isGated, json, io });
  const checked = await storedSuite(manifest);
  if (!checked.ok) return showFaults(checked.faults, json, io);
  const suite = asItRan(checked.value.suite, manifest, flags);
  const { datasets } = checked.value;
  const planned = await planRun({ suite, selection: manifest.selection, datasets });
  if (!planned.ok) return showFaults(planned.faults, json, io);
  const changed = changedDatasets(planned.value, manifest);
  if (changed.length > 0) return showFaults(changed, json, io);
  const unbounded = budgetFaults(suite.budget, planned.value.models);
  if (unbounded.length > 0) return showFaults(unbounded, json, io);
  const { id, attempt } = manifest;
  return conduct({
    command: "resume",
    suite,
    plan: planned.value,
    selection: manifest.selection,
    folder: async () => ({ id, directory, ...runFiles(directory), attempt }),
    startedAt: manifest.startedAt,
    spending: manifest.spending,
    cache: isSet(flags, "no-cache") ? undefined : answerCache(join(out, CACHE)),
    bail: countFlag(flags, "bail", 1),
    isGated,
    json,
    io,
  });
}

async function showFinished(
  directory: string,
  { isGated, json, io }: { readonly isGated: boolean; readonly json: boolean; readonly io: Invocation["io"] },
): Promise<ExitCode> {
  const stored = await storedRun(directory);
  const policy = storedGate(stored.manifest);
  if (!policy.ok) return showFaults(policy.faults, json, io);
  const isWhole = stored.manifest.selection.models === undefined;
  const report = reportInput(stored, isWhole ? policy.value : undefined);
  io.err("every sample is answered: no call was made\n");
  show(report, stored.manifest, directory, { command: "resume", json, io });
  return runExitCode(stored.manifest, report, isGated);
}

/** The stored suite with the repeats, limits of calls and budget that the run was started with. */
function asItRan(suite: Suite, manifest: Manifest, flags: FlagValues): Suite {
  const concurrency = countFlag(flags, "concurrency", 1);
  const ran = new Map(manifest.models.map((model) => [model.name, model]));
  const models = suite.models.map((model) => {
    const { repeats, concurrency: before } = ran.get(model.name) ?? model.settings;
    return {
      ...model,
      settings: { ...model.settings, repeats, concurrency: concurrency ?? before },
    };
  });
  const { budgetUsd, budgetCalls } = manifest.spending ?? { budgetUsd: null, budgetCalls: null };
  const budget = budgetOf(flags, { usd: budgetUsd ?? undefined, calls: budgetCalls ?? undefined });
  return { ...suite, models, concurrency: concurrency ?? suite.concurrency, budget };
}

/** Half a run on one dataset and half on another is no run. */
function changedDatasets(plan: Plan, manifest: Manifest): readonly Fault[] {
  const before = new Map(manifest.tasks.map((task) => [task.name, task.datasetHash]));
  return plan.tasks
    .filter(({ task, dataset }) => before.get(task.name) !== dataset.hash)
    .map(({ task }) => ({
      code: "E1602",
      message: `the dataset ${task.dataset.path} of task "${task.name}" has changed since the run began`,
      place: undefined,
      source: undefined,
      label: undefined,
      hint: "Restore it, or start a new run: evals run SUITE.",
    }));
}
