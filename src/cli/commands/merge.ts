import { resolve } from "node:path";
import { readManifest, writeManifest } from "../../storage/manifest.ts";
import { createRun, findRun, listRuns } from "../../storage/run-folder.ts";
import type { Command, Invocation } from "../command.ts";
import { runExitCode, show } from "../conduct.ts";
import type { ExitCode } from "../exit-code.ts";
import { isSet, textFlag } from "../flag-values.ts";
import { joinShards } from "../join-shards.ts";
import { verdictsOf, wholeReport } from "../judged-run.ts";
import { missingLines, missingUnits } from "../missing-units.ts";
import { OUT_FLAG, RESULTS } from "../results-folder.ts";
import { runArgument } from "../run-argument.ts";
import { storedGate } from "../scored-run.ts";
import { type GivenRun, shardsOf } from "../shard-faults.ts";
import { showFaults } from "../show-faults.ts";
import { storedPlan } from "../stored-plan.ts";
import { intactManifest } from "../stored-run.ts";
import { systemClock } from "../system-clock.ts";

/** `evals merge`: makes one run of its shards, as if it had never been split. */
export const merge: Command = {
  name: "merge",
  arguments: "RUN…",
  positionals: { min: 1, max: 10_000 },
  summary: "Make one run of the shards of run --shard; no call is made",
  flags: {
    suite: { type: "string", value: "FILE", help: "Where the suite is now, if the shards ran elsewhere" },
    gate: { type: "boolean", help: "Exit with the gate's verdict: 0, 1 or 3" },
    out: OUT_FLAG,
  },
  examples: ["evals merge shards/1 shards/2 --gate", "evals merge x7k2 b3qd"],
  run: mergeCommand,
};

async function mergeCommand({ positionals, flags, io }: Invocation): Promise<ExitCode> {
  const json = isSet(flags, "json");
  const out = resolve(io.cwd, textFlag(flags, "out") ?? RESULTS);
  const found = shardsOf(await givenRuns(positionals, out, io.cwd));
  if (!found.ok) return showFaults(found.faults, json, io);
  const [first] = found.shards;
  if (first === undefined) throw new Error("no run was given");
  const suiteFile = textFlag(flags, "suite");
  const whole = {
    ...first.manifest,
    selection: { ...first.manifest.selection, shard: undefined },
    suite: {
      ...first.manifest.suite,
      ...(suiteFile === undefined ? {} : { file: resolve(io.cwd, suiteFile) }),
    },
  };
  const planned = await storedPlan(whole, { concurrency: undefined, budget: (before) => before });
  if (!planned.ok) return showFaults(planned.faults, json, io);
  const policy = storedGate(whole);
  if (!policy.ok) return showFaults(policy.faults, json, io);
  const { plan } = planned.value;
  const folder = await createRun(out, whole.suite.name, systemClock.wall());
  const run = await joinShards(whole, { plan, shards: found.shards, folder });
  const report = wholeReport(run, policy.value);
  await writeManifest(folder.directory, { ...run.manifest, verdicts: verdictsOf(report) });
  const isGated = isSet(flags, "gate");
  const exit = runExitCode(run.manifest, report, isGated);
  const runs = new Map(found.shards.map((each) => [each.shard.index, namedRun(each, io.cwd)]));
  const { count } = first.shard;
  const missingParts =
    run.manifest.totals.skipped === 0
      ? []
      : missingLines(await missingUnits(plan, { file: folder.samples, count, runs }));
  show(report, run.manifest, folder.directory, { command: "merge", isGated, json, io, exit, missingParts });
  return exit;
}

function namedRun({ manifest: { id }, directory }: GivenRun, cwd: string): string {
  return runArgument({ id, directory }, cwd);
}

/** The runs that a command line names: by id or path, or every run below an output folder. */
async function givenRuns(names: readonly string[], out: string, cwd: string): Promise<readonly GivenRun[]> {
  const directories = new Set<string>();
  for (const name of names) {
    const inside = await listRuns(resolve(cwd, name));
    if (inside.length === 0) directories.add(await findRun(out, name));
    for (const { directory } of inside) directories.add(directory);
  }
  const runs: GivenRun[] = [];
  for (const directory of directories) {
    const { selection } = await readManifest(directory);
    const manifest =
      selection.shard === undefined ? await readManifest(directory) : await intactManifest(directory, cwd);
    runs.push({ manifest, directory });
  }
  return runs;
}
