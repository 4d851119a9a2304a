import { gateExitCode } from "../../comparison/gate.ts";
import { reportDocument } from "../../reports/json.ts";
import { terminal } from "../../reports/terminal.ts";
import { type Command, UsageError } from "../command.ts";
import { EXIT } from "../exit-code.ts";
import { isSet } from "../flag-values.ts";
import { reportInput } from "../judged-run.ts";
import { JUDGING_FLAGS, judging } from "../judging.ts";
import { showFaults } from "../show-faults.ts";
import { refuseDisagreement, refuseShard } from "../stored-run.ts";

/** `evals gate`: the verdict as an exit code. */
export const gate: Command = {
  name: "gate",
  arguments: "RUN",
  positionals: { min: 1, max: 1 },
  summary: "The verdict on every candidate, as an exit code for CI",
  flags: JUDGING_FLAGS,
  examples: [
    "evals gate latest",
    "evals gate latest --baseline 20261001",
    "evals gate latest --policy main/suite.yaml",
  ],
  run: async (invocation) => {
    const { flags, io } = invocation;
    const json = isSet(flags, "json");
    const read = await judging(invocation);
    if (!read.ok) return showFaults(read.faults, json, io);
    const { stored, baseline, policy } = read.value;
    for (const run of [stored, baseline]) {
      refuseShard(run.manifest);
      refuseDisagreement(run);
    }
    if (policy === undefined)
      throw new UsageError("this suite has no gate", "Add gate: {baseline, require} to it.");
    const report = { ...reportInput(stored, policy, baseline), table: undefined };
    if (json)
      io.out(
        `${JSON.stringify({ schema: 1, command: "gate", run: stored.manifest.id, report: reportDocument(report) })}\n`,
      );
    else io.out(terminal.render({ ...report, comparisons: [] }, { color: io.color }));
    if (report.notJudged !== undefined) io.err(`not judged: ${report.notJudged}\n`);
    const isComplete = [stored, baseline].every(
      ({ manifest }) => manifest.state === "finished" && manifest.totals.unscored === 0,
    );
    const code = report.gate === undefined ? EXIT.undecided : gateExitCode(report.gate);
    return code === EXIT.ok && !isComplete ? EXIT.undecided : code;
  },
};
