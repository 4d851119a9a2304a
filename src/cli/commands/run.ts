import { join, resolve } from "node:path";
import { counted } from "../../domain/counted.ts";
import { oneByOne } from "../../domain/one-by-one.ts";
import { renderPrompt } from "../../domain/prompt.ts";
import type { Shard } from "../../domain/run.ts";
import { STOP_CHOICES } from "../../domain/suite.ts";
import { type Plan, planRun } from "../../engine/plan.ts";
import { createRun } from "../../storage/run-folder.ts";
import { BATCH_FLAGS, batchedPlan, batchStop } from "../batch/batched-models.ts";
import { BUDGET_FLAGS, budgetOf } from "../budget.ts";
import { checkedSuite } from "../checked-suite.ts";
import { type Command, type Invocation, UsageError } from "../command.ts";
import { conduct } from "../conduct.ts";
import { planEarly } from "../early.ts";
import { EXIT, type ExitCode } from "../exit-code.ts";
import { choiceFlag, countFlag, isSet, textFlag } from "../flag-values.ts";
import type { Io } from "../io.ts";
import { CACHE, checksOf, OUT_FLAG, RESULTS } from "../results-folder.ts";
import { runCheck } from "../run-check.ts";
import { safe } from "../safe-text.ts";
import { SELECTION_FLAGS, selection } from "../selection.ts";
import { SETTING_FLAGS, withOverrides } from "../setting-flags.ts";
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
    ...SETTING_FLAGS,
    ...BUDGET_FLAGS,
    out: OUT_FLAG,
    "dry-run": { type: "boolean", help: "Show the first prompts and the count of calls; nothing is sent" },
    ...BATCH_FLAGS,
    bail: { type: "string", value: "N", help: "Stop after N failed samples" },
    "no-cache": { type: "boolean", help: "Ask anew what the answer cache knows" },
    stop: {
      type: "string",
      value: "WHEN",
      help: "early, never or auto: whether to end once the gate is decided (default the gate's)",
    },
    gate: { type: "boolean", help: "Exit with the gate's verdict: 0, 1 or 3" },
  },
  examples: ["evals run evals/quickstart.yaml", "evals run suite.yaml --filter model=gpt-4 --limit 20"],
  run: runCommand,
};

async function runCommand({ positionals, flags, io }: Invocation): Promise<ExitCode> {
  const json = isSet(flags, "json");
  const [file = "", ...rest] = positionals;
  const chosen = selection(flags, rest);
  const out = resolve(io.cwd, textFlag(flags, "out") ?? RESULTS);
  const checked = await checkedSuite(resolve(io.cwd, file), checksOf(out), runCheck(flags, chosen, io));
  if (!checked.ok) return showFaults(checked.faults, json, io);
  const { suite: written } = checked.value;
  const suite = { ...withOverrides(written, flags), budget: budgetOf(flags, written.budget) };
  const planned = await planRun({ suite, selection: chosen, datasets: checked.value.datasets });
  if (!planned.ok) return showFaults(planned.faults, json, io);
  const isBatch = isSet(flags, "batch") || written.batch;
  const plan = isBatch ? batchedPlan(planned.value) : planned.value;
  const { shard } = chosen;
  if (shard !== undefined && isSet(flags, "gate"))
    throw new UsageError(
      "a shard is a part of a run: --gate decides over all of it",
      "Use evals merge RUN… --gate.",
    );
  if (shard !== undefined && plan.samples === 0) return emptyShard(shard, json, io);
  const stop = choiceFlag(flags, "stop", STOP_CHOICES);
  if (isBatch && stop === "early")
    throw new UsageError("a batch sends everything at once: it cannot stop early", "Leave one of them out.");
  const when = isBatch ? batchStop(suite) : stop;
  const early = await planEarly({ suite, plan, selection: chosen, stop: when });
  if (!early.ok) return showFaults(early.faults, json, io);
  if (isSet(flags, "dry-run")) return dryRun(plan, json, io);
  return conduct({
    command: "run",
    suite,
    early: early.value,
    selection: chosen,
    folder: () => createRun(out, suite.name, systemClock.wall()),
    startedAt: undefined,
    spending: undefined,
    cacheFolder: isSet(flags, "no-cache") ? undefined : join(out, CACHE),
    bail: countFlag(flags, "bail", 1),
    isGated: isSet(flags, "gate"),
    json,
    io,
  });
}

/** With fewer cases than shards some have none: nothing was left unmeasured. */
function emptyShard({ index, count }: Shard, json: boolean, io: Io): ExitCode {
  if (json) io.out(`${JSON.stringify({ schema: 1, command: "run", run: null, shard: { index, count } })}\n`);
  io.err(`no case falls into shard ${index} of ${count}: there is nothing to ask\n`);
  return EXIT.ok;
}

const SHOWN_PROMPTS = 3;

async function dryRun(plan: Plan, json: boolean, io: Io): Promise<ExitCode> {
  const prompts = [];
  let more = 0;
  for (const { task, cases } of plan.tasks) {
    let shown = 0;
    for await (const item of oneByOne(cases())) {
      // The turns of a conversation are its calls: they are counted in every case.
      if (shown >= SHOWN_PROMPTS && task.turns === undefined) break;
      const { messages, turns = [] } = renderPrompt(task, item.fields);
      more += Math.max(0, turns.length - 1);
      shown += 1;
      if (shown > SHOWN_PROMPTS) continue;
      const rest = turns.slice(1).map(({ text }) => ({ role: "user" as const, content: text }));
      prompts.push({ task: task.name, case: item.id, messages: [...messages, ...rest] });
    }
  }
  const asks = plan.models.reduce((sum, { settings }) => sum + settings.repeats, 0);
  const calls = mostCalls(plan) + more * asks;
  if (json) {
    io.out(`${JSON.stringify({ schema: 1, command: "run", dryRun: true, calls, prompts })}\n`);
    return EXIT.ok;
  }
  for (const { task, case: id, messages } of prompts) {
    io.out(`--- ${safe(task)} / ${safe(id)}\n`);
    for (const { role, content } of messages) io.out(`${role}: ${safe(content.trimEnd())}\n`);
  }
  const most = plan.models.some(({ workflow }) => workflow !== undefined) ? "at most " : "";
  const cases = plan.tasks.reduce((sum, { planned }) => sum + planned, 0);
  const first = prompts.length < cases ? `, the first ${SHOWN_PROMPTS} of each task are shown` : "";
  io.out(
    `\n${counted(cases, "case")}${first}: ${most}${counted(calls, "call")} would be made; nothing was sent.\n`,
  );
  return EXIT.ok;
}

/** Every sample of a workflow may take as many calls as it has steps. */
function mostCalls({ models, samplesPerModel }: Plan): number {
  return models.reduce(
    (sum, { name, workflow }) => sum + (samplesPerModel.get(name) ?? 0) * (workflow?.mostCalls ?? 1),
    0,
  );
}
