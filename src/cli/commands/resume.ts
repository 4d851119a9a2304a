import { join, resolve as resolvePath } from "node:path";
import { lockFolder } from "../../storage/lock.ts";
import { readManifest, writeManifest } from "../../storage/manifest.ts";
import { findRun, outFolderOf, runFiles } from "../../storage/run-folder.ts";
import { BUDGET_FLAGS, budgetFaults, budgetOf } from "../budget.ts";
import type { Command, Invocation } from "../command.ts";
import { conduct, runExitCode, show } from "../conduct.ts";
import { resumedEarly } from "../early.ts";
import type { ExitCode } from "../exit-code.ts";
import { countFlag, isSet, textFlag } from "../flag-values.ts";
import { askedModels } from "../judge-needs.ts";
import { wholeReport } from "../judged-run.ts";
import { CACHE, checksOf, OUT_FLAG, RESULTS } from "../results-folder.ts";
import { type ScoredRun, storedGate } from "../scored-run.ts";
import { showFaults } from "../show-faults.ts";
import { storedPlan } from "../stored-plan.ts";
import { hasItsJournal, storedRun } from "../stored-run.ts";
import { codeOfRun } from "../suite-code.ts";
import { systemClock } from "../system-clock.ts";

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
  const named = textFlag(flags, "out");
  const given = resolvePath(io.cwd, named ?? RESULTS);
  const directory = await findRun(given, positionals[0] ?? "latest");
  // A run that is named by its folder goes on with the cache that it began with.
  const out = named === undefined ? (outFolderOf(directory) ?? given) : given;
  const manifest = await readManifest(directory);
  const isJudged = manifest.judges.every(({ failed }) => failed === 0);
  const isOver = manifest.state === "finished" && manifest.totals.failed === 0 && isJudged;
  if (isOver && (await hasItsJournal(manifest, directory)))
    return showFinished(directory, { isGated, json, io });
  const concurrency = countFlag(flags, "concurrency", 1);
  const stored = await storedPlan(manifest, {
    concurrency,
    budget: (before) => budgetOf(flags, before),
    checks: checksOf(out),
  });
  if (!stored.ok) return showFaults(stored.faults, json, io);
  const { suite, plan } = stored.value;
  const unbounded = budgetFaults(suite.budget, askedModels(suite, plan), suite.models);
  if (unbounded.length > 0) return showFaults(unbounded, json, io);
  const { id, attempt } = manifest;
  return conduct({
    command: "resume",
    suite,
    early: await resumedEarly(suite, plan, manifest.early),
    selection: manifest.selection,
    folder: async () => ({ id, directory, ...runFiles(directory), attempt }),
    startedAt: manifest.startedAt,
    spending: manifest.spending,
    cacheFolder: isSet(flags, "no-cache") ? undefined : join(out, CACHE),
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
  const stored = await settledRun(directory, io);
  const policy = storedGate(stored.manifest);
  if (!policy.ok) return showFaults(policy.faults, json, io);
  const report = wholeReport(stored, policy.value);
  const isDecided = (stored.manifest.early?.decided ?? null) !== null;
  io.err(`${isDecided ? "the gate is decided" : "every sample is answered"}: no call was made\n`);
  const exit = runExitCode(stored.manifest, report, isGated);
  show(report, stored.manifest, directory, { command: "resume", isGated, json, io, exit });
  return exit;
}

/** A run that is over, with the summary of `run.json` written anew where it is not that of the answers. */
async function settledRun(directory: string, io: Invocation["io"]): Promise<ScoredRun> {
  const { disagreement, ...stored } = await storedRun(directory, io, codeOfRun(io));
  if (disagreement === undefined) return stored;
  const { text, measured } = disagreement;
  const lock = await lockFolder(directory, systemClock.wall());
  try {
    await writeManifest(directory, measured);
  } finally {
    await lock.release();
  }
  io.err(`the summary in run.json is written anew from the answers; it said ${text}\n`);
  return { ...stored, manifest: measured };
}
