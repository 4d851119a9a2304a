import { relative, resolve } from "node:path";
import { gateExitCode } from "../../comparison/gate.ts";
import type { Manifest } from "../../domain/run.ts";
import type { Suite } from "../../domain/suite.ts";
import { renderText } from "../../domain/template.ts";
import { type Plan, planRun } from "../../engine/plan.ts";
import { reportDocument } from "../../reports/json.ts";
import type { ReportInput } from "../../reports/report.ts";
import { runScreen } from "../../reports/run-screen.ts";
import { openJournal } from "../../storage/journal.ts";
import { lockFolder } from "../../storage/lock.ts";
import { writeManifest } from "../../storage/manifest.ts";
import { createRun } from "../../storage/run-folder.ts";
import { checkedSuite } from "../checked-suite.ts";
import type { Command, FlagValues, Invocation } from "../command.ts";
import { connectAll } from "../connect.ts";
import { EXIT, type ExitCode } from "../exit-code.ts";
import { countFlag, isSet, textFlag } from "../flag-values.ts";
import { watchSignals } from "../interrupt.ts";
import type { Io } from "../io.ts";
import { reportInput, scoredRun } from "../judged-run.ts";
import { measure } from "../measure.ts";
import { OUT_FLAG, RESULTS } from "../results-folder.ts";
import { safe } from "../safe-text.ts";
import { SELECTION_FLAGS, selection } from "../selection.ts";
import { showFaults } from "../show-faults.ts";
import { systemClock } from "../system-clock.ts";

/** `evals run`: measures; with `--gate` it also decides. */
export const run: Command = {
  name: "run",
  arguments: "SUITE",
  positionals: { min: 1, max: 100 },
  summary: "Run a suite on all its models and print the result table",
  flags: {
    ...SELECTION_FLAGS,
    repeats: { type: "string", value: "N", help: "Ask each case N times" },
    concurrency: { type: "string", value: "N", help: "Calls in flight over all models" },
    out: OUT_FLAG,
    "dry-run": { type: "boolean", help: "Show the first prompts and the count of calls; nothing is sent" },
    bail: { type: "string", value: "N", help: "Stop after N failed samples" },
    gate: { type: "boolean", help: "Exit with the gate's verdict: 0, 1 or 3" },
  },
  examples: ["evals run evals/quickstart.yaml", "evals run suite.yaml --filter model=gpt-4 --limit 20"],
  run: runCommand,
};

async function runCommand({ positionals, flags, io }: Invocation): Promise<ExitCode> {
  const json = isSet(flags, "json");
  const [file = "", ...rest] = positionals;
  const chosen = selection(flags, rest);
  const checked = await checkedSuite(resolve(io.cwd, file));
  if (!checked.ok) return showFaults(checked.faults, json, io);
  const suite = withOverrides(checked.value.suite, flags);
  const planned = await planRun({ suite, selection: chosen, datasets: checked.value.datasets });
  if (!planned.ok) return showFaults(planned.faults, json, io);
  if (isSet(flags, "dry-run")) return dryRun(planned.value, json, io);
  const connections = await connectAll(planned.value.models, suite, io);
  if (!connections.ok) return showFaults(connections.faults, json, io);
  const folder = await createRun(
    resolve(io.cwd, textFlag(flags, "out") ?? RESULTS),
    suite.name,
    systemClock.wall(),
  );
  const lock = await lockFolder(folder.directory, systemClock.wall());
  const interrupt = watchSignals(process, (text) => io.err(`${text}\n`));
  try {
    const journal = await openJournal(folder.samples);
    if (!journal.ok) return showFaults(journal.faults, json, io);
    const manifest = await measure({
      suite,
      plan: planned.value,
      selection: chosen,
      connections: connections.value,
      folder,
      journal: journal.value,
      signal: interrupt.signal,
      bail: countFlag(flags, "bail", 1),
      io,
    });
    const isWhole = chosen.models === undefined && manifest.state === "finished";
    const report = reportInput(await scoredRun(manifest, folder.scores), isWhole ? suite.gate : undefined);
    const verdicts = report.gate?.verdicts.map(({ candidate, verdict }) => ({ candidate, verdict })) ?? null;
    await writeManifest(folder.directory, { ...manifest, verdicts });
    show(report, manifest, folder.directory, json, io);
    return interrupt.exitCode() ?? exitCode(manifest, report, isSet(flags, "gate"));
  } finally {
    interrupt.release();
    await lock.release();
    await connections.value.close();
  }
}

function withOverrides(suite: Suite, flags: FlagValues): Suite {
  const repeats = countFlag(flags, "repeats", 1);
  const concurrency = countFlag(flags, "concurrency", 1);
  const models = suite.models.map((model) => ({
    ...model,
    settings: {
      ...model.settings,
      repeats: repeats ?? model.settings.repeats,
      concurrency: concurrency ?? model.settings.concurrency,
    },
  }));
  return { ...suite, models, concurrency: concurrency ?? suite.concurrency };
}

function show(report: ReportInput, manifest: Manifest, directory: string, json: boolean, io: Io): void {
  if (json) {
    const document = {
      schema: 1,
      command: "run",
      run: manifest.id,
      directory,
      state: manifest.state,
      totals: manifest.totals,
      report: reportDocument(report),
    };
    io.out(`${JSON.stringify(document)}\n`);
    return;
  }
  io.out(runScreen(report, { color: io.color }));
  io.err(`\nkept in ${relative(io.cwd, directory)}; more: evals compare ${manifest.id}\n`);
  const { planned, unscored, skipped } = manifest.totals;
  if (unscored + skipped > 0)
    io.err(`${unscored + skipped} of ${planned} samples were not scored: exit ${EXIT.undecided}\n`);
}

/** Fails closed: a run in which anything was not measured never exits 0. */
function exitCode(manifest: Manifest, report: ReportInput, isGated: boolean): ExitCode {
  const isComplete = manifest.state === "finished" && manifest.totals.unscored === 0;
  if (!isGated) return isComplete ? EXIT.ok : EXIT.undecided;
  if (report.gate === undefined) return EXIT.undecided;
  const code = gateExitCode(report.gate);
  return code === EXIT.ok && !isComplete ? EXIT.undecided : code;
}

const SHOWN_PROMPTS = 3;

async function dryRun(plan: Plan, json: boolean, io: Io): Promise<ExitCode> {
  const prompts = [];
  for (const { task, cases } of plan.tasks) {
    let shown = 0;
    for await (const item of cases()) {
      if (shown === SHOWN_PROMPTS) break;
      shown += 1;
      const messages = task.prompt.map(({ role, content }) => ({
        role,
        content: renderText(content, item.fields),
      }));
      prompts.push({ task: task.name, case: item.id, messages });
    }
  }
  if (json) {
    io.out(`${JSON.stringify({ schema: 1, command: "run", dryRun: true, calls: plan.samples, prompts })}\n`);
    return EXIT.ok;
  }
  for (const { task, case: id, messages } of prompts) {
    io.out(`--- ${safe(task)} / ${safe(id)}\n`);
    for (const { role, content } of messages) io.out(`${role}: ${safe(content)}\n`);
  }
  io.out(`\n${plan.samples} calls would be made; nothing was sent.\n`);
  return EXIT.ok;
}
