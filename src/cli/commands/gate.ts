import { gateExitCode } from "../../comparison/gate.ts";
import { reportDocument } from "../../reports/json.ts";
import { terminal } from "../../reports/terminal.ts";
import { type Command, UsageError } from "../command.ts";
import { EXIT } from "../exit-code.ts";
import { isSet, textFlag } from "../flag-values.ts";
import { readHumanLabels } from "../human-labels.ts";
import { gateReport } from "../judged-run.ts";
import { JUDGING_FLAGS, judging } from "../judging.ts";
import { runArgument } from "../run-argument.ts";
import { safe } from "../safe-text.ts";
import { showFaults } from "../show-faults.ts";
import { wayOn } from "../spending.ts";
import { refuseDisagreement, refuseShard, type StoredRun } from "../stored-run.ts";

/** `evals gate`: the verdict as an exit code. */
export const gate: Command = {
  name: "gate",
  arguments: "RUN",
  positionals: { min: 1, max: 1 },
  summary: "The verdict on every candidate, as an exit code for CI",
  flags: {
    ...JUDGING_FLAGS,
    labels: {
      type: "string",
      value: "FILE",
      help: "Correct what judges scored by people's labels (evals calibrate RUN --draw N)",
    },
  },
  examples: [
    "evals gate latest",
    "evals gate latest --baseline 20261001",
    "evals gate latest --policy main/suite.yaml",
    "evals gate latest --labels labels.jsonl",
  ],
  run: async (invocation) => {
    const { flags, io } = invocation;
    const json = isSet(flags, "json");
    const read = await judging(invocation);
    if (!read.ok) return showFaults(read.faults, json, io);
    const { stored, baseline, policy } = read.value;
    for (const run of [stored, baseline]) {
      refuseShard(run.manifest);
      refuseDisagreement(run, io.cwd);
    }
    if (policy === undefined)
      throw new UsageError("this suite has no gate", "Add gate: {baseline, require} to it.");
    const file = textFlag(flags, "labels");
    if (file !== undefined && baseline.manifest.id !== stored.manifest.id)
      throw new UsageError("--labels are of one run", "Leave --baseline out: run both models in one run.");
    if (file !== undefined && stored.manifest.early?.isOn === true)
      throw new UsageError("--labels correct no run that could stop early", "Run it with stop: never.");
    const labels = file === undefined ? undefined : await readHumanLabels(io.cwd, file, stored);
    if (labels?.ok === false) return showFaults(labels.faults, json, io);
    const report = { ...gateReport(stored, policy, baseline, labels?.value), table: undefined };
    if (json)
      io.out(
        `${JSON.stringify({ schema: 1, command: "gate", run: stored.manifest.id, report: reportDocument(report) })}\n`,
      );
    else io.out(terminal.render({ ...report, comparisons: [] }, { color: io.color }));
    for (const run of new Set([stored, baseline])) io.err(missingLines(run, io.cwd));
    const isComplete = [stored, baseline].every(
      ({ manifest }) => manifest.state === "finished" && manifest.totals.unscored === 0,
    );
    const code = report.gate === undefined ? EXIT.undecided : gateExitCode(report.gate);
    return code === EXIT.ok && !isComplete ? EXIT.undecided : code;
  },
};

/** How to measure what a run has not; "" where nothing is left to ask. */
function missingLines({ manifest, directory }: StoredRun, cwd: string): string {
  const { state, totals, id } = manifest;
  if (state === "finished" && totals.failed === 0) return "";
  const run = runArgument({ id, directory }, cwd);
  const resume = (flags: readonly string[]) => ["evals resume", run, ...flags].join(" ");
  return wayOn(manifest, "ask what is missing:", resume)
    .map((line) => `${safe(line)}\n`)
    .join("");
}
