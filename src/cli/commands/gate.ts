import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { gateExitCode } from "../../comparison/gate.ts";
import { reportDocument } from "../../reports/json.ts";
import { terminal } from "../../reports/terminal.ts";
import { findRun } from "../../storage/run-folder.ts";
import { parseSuite } from "../../suite/parse-suite.ts";
import { type Command, UsageError } from "../command.ts";
import { EXIT } from "../exit-code.ts";
import { isSet, textFlag } from "../flag-values.ts";
import { reportInput, storedGate, storedRun } from "../judged-run.ts";
import { OUT_FLAG, RESULTS } from "../results-folder.ts";
import { shelves } from "../shelves.ts";
import { showFaults } from "../show-faults.ts";

/** `evals gate`: the verdict as an exit code. */
export const gate: Command = {
  name: "gate",
  arguments: "RUN",
  positionals: { min: 1, max: 1 },
  summary: "The verdict on every candidate, as an exit code for CI",
  flags: {
    baseline: { type: "string", value: "RUN2", help: "Take the baseline's answers from another run" },
    policy: {
      type: "string",
      value: "SUITE",
      help: "Take the gate from this suite file instead of the run's own",
    },
    out: OUT_FLAG,
  },
  examples: [
    "evals gate latest",
    "evals gate latest --baseline 20261001",
    "evals gate latest --policy main/suite.yaml",
  ],
  run: async ({ positionals, flags, io }) => {
    const json = isSet(flags, "json");
    const outDir = resolve(io.cwd, textFlag(flags, "out") ?? RESULTS);
    const stored = await storedRun(await findRun(outDir, positionals[0] ?? "latest"));
    const other = textFlag(flags, "baseline");
    const baseline = other === undefined ? stored : await storedRun(await findRun(outDir, other));
    const file = textFlag(flags, "policy");
    const policy = file === undefined ? storedGate(stored.manifest) : await policyOf(resolve(io.cwd, file));
    if (!policy.ok) return showFaults(policy.faults, json, io);
    if (policy.value === undefined)
      throw new UsageError("this suite has no gate", "Add gate: {baseline, require} to it.");
    const report = { ...reportInput(stored, policy.value, baseline), table: undefined };
    if (json)
      io.out(
        `${JSON.stringify({ schema: 1, command: "gate", run: stored.manifest.id, report: reportDocument(report) })}\n`,
      );
    else io.out(terminal.render({ ...report, comparisons: [] }, { color: io.color }));
    const isComplete = [stored, baseline].every(
      ({ manifest }) => manifest.state === "finished" && manifest.totals.unscored === 0,
    );
    const code = report.gate === undefined ? EXIT.undecided : gateExitCode(report.gate);
    return code === EXIT.ok && !isComplete ? EXIT.undecided : code;
  },
};

async function policyOf(file: string) {
  const parsed = parseSuite(await readFile(file), file, shelves);
  return parsed.ok ? ({ ok: true, value: parsed.value.gate } as const) : parsed;
}
