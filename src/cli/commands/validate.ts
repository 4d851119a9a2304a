import { relative, resolve } from "node:path";
import { counted } from "../../domain/counted.ts";
import { checkedSuite } from "../checked-suite.ts";
import type { Command } from "../command.ts";
import { EXIT, type ExitCode } from "../exit-code.ts";
import { isSet } from "../flag-values.ts";
import type { Io } from "../io.ts";
import { checksOf, RESULTS } from "../results-folder.ts";
import { runCheck } from "../run-check.ts";
import { safe } from "../safe-text.ts";
import { selection } from "../selection.ts";
import { showFaults } from "../show-faults.ts";

/** `evals validate`: everything that `run` checks before its first call, and no call. */
export const validate: Command = {
  name: "validate",
  arguments: "SUITE…",
  positionals: { min: 1, max: 1000 },
  summary: "Check a suite and its datasets; nothing is sent",
  flags: {},
  examples: ["evals validate evals/quickstart.yaml", "evals validate evals/*.yaml"],
  run: async ({ positionals, flags, io }) => {
    const json = isSet(flags, "json");
    const faults = [];
    const valid = [];
    for (const name of positionals) {
      const checks = checksOf(resolve(io.cwd, RESULTS));
      const checked = await checkedSuite(
        resolve(io.cwd, name),
        checks,
        runCheck(flags, selection({}, []), io),
      );
      if (!checked.ok) faults.push(...checked.faults);
      else valid.push(summaryOf(name, checked.value, io, json));
    }
    if (faults.length > 0) return showFaults(faults, json, io);
    if (json) io.out(`${JSON.stringify({ schema: 1, command: "validate", suites: valid })}\n`);
    const code: ExitCode = EXIT.ok;
    return code;
  },
};

type Checked = Extract<Awaited<ReturnType<typeof checkedSuite>>, { readonly ok: true }>["value"];

function summaryOf(name: string, { suite, datasets }: Checked, io: Io, json: boolean) {
  const tasks = suite.tasks.map((task) => ({
    name: task.name,
    cases: datasets.get(task.name)?.summary.cases ?? 0,
  }));
  const cases = tasks.reduce((sum, task) => sum + task.cases, 0);
  const calls = suite.models.reduce((sum, { settings }) => sum + cases * settings.repeats, 0);
  if (!json) {
    io.out(
      `${safe(relative(io.cwd, resolve(io.cwd, name)))}: ${counted(suite.models.length, "model")}, ${counted(tasks.length, "task")}, ${counted(cases, "case")}, ${counted(calls, "call")}\n`,
    );
  }
  return { file: name, suite: suite.name, models: suite.models.map((model) => model.name), tasks, calls };
}
