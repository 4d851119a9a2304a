import { resolve } from "node:path";
import { backends } from "../../backends/registry.ts";
import { type Alignment, align } from "../../comparison/align.ts";
import { type GatePlan, type GatePlanInput, planGate } from "../../comparison/gate-plan.ts";
import type { Result } from "../../domain/fault.ts";
import type { Pace } from "../../domain/forecast.ts";
import type { Model } from "../../domain/model.ts";
import type { Selection } from "../../domain/run.ts";
import type { GatePolicy, Suite } from "../../domain/suite.ts";
import { type AskedModel, forecast } from "../../engine/forecast.ts";
import { type Plan, planRun } from "../../engine/plan.ts";
import { type PlanInput, planScreen } from "../../reports/plan-screen.ts";
import { BATCH_FLAGS, batchedPlan, batchStop } from "../batch/batched-models.ts";
import { BUDGET_FLAGS, budgetOf, longestAnswer } from "../budget.ts";
import { checkedSuite } from "../checked-suite.ts";
import { type Command, type FlagValues, type Invocation, UsageError } from "../command.ts";
import { type EarlierRun, earlierRuns } from "../earlier-runs.ts";
import { planEarly, whyNotEarly } from "../early.ts";
import { EXIT, type ExitCode } from "../exit-code.ts";
import { isSet, shareFlag, textFlag } from "../flag-values.ts";
import { judgeForecasts } from "../judge-forecast.ts";
import { type Survey, surveyCases } from "../plan-survey.ts";
import { priceOf } from "../prices.ts";
import { checksOf, OUT_FLAG, RESULTS } from "../results-folder.ts";
import { runCheck } from "../run-check.ts";
import { SELECTION_FLAGS, selection } from "../selection.ts";
import { SETTING_FLAGS, withOverrides } from "../setting-flags.ts";
import { showFaults } from "../show-faults.ts";

/** `evals plan`: what a run would take, and what its gate could decide; nothing is sent. */
export const plan: Command = {
  name: "plan",
  arguments: "SUITE",
  positionals: { min: 1, max: 100 },
  summary: "What a run would cost and take, and what its gate could decide",
  flags: {
    pilot: { type: "string", value: "RUN", help: "Go by this run (default: the newest runs of the suite)" },
    discordance: { type: "string", value: "D", help: "Share of cases on which the models differ, 0 to 1" },
    power: {
      type: "string",
      value: "P",
      help: "Wanted chance that an equally good model is found safe (0.8)",
    },
    ...SELECTION_FLAGS,
    ...SETTING_FLAGS,
    ...BUDGET_FLAGS,
    ...BATCH_FLAGS,
    out: OUT_FLAG,
  },
  examples: [
    "evals plan evals/quickstart.yaml",
    "evals plan suite.yaml --pilot latest --power 0.9",
    "evals plan suite.yaml --discordance 0.1 --repeats 1",
  ],
  run: planCommand,
};

async function planCommand({ positionals, flags, io }: Invocation): Promise<ExitCode> {
  const json = isSet(flags, "json");
  const [file = "", ...rest] = positionals;
  const chosen = selection(flags, rest);
  const wanted = { power: powerFlag(flags), discordance: shareFlag(flags, "discordance") };
  const out = resolve(io.cwd, textFlag(flags, "out") ?? RESULTS);
  const checked = await checkedSuite(resolve(io.cwd, file), checksOf(out), runCheck(flags, chosen, io));
  if (!checked.ok) return showFaults(checked.faults, json, io);
  const { suite: written } = checked.value;
  const suite = { ...withOverrides(written, flags), budget: budgetOf(flags, written.budget) };
  const planned = await planRun({ suite, selection: chosen, datasets: checked.value.datasets });
  if (!planned.ok) return showFaults(planned.faults, json, io);
  const isBatch = isSet(flags, "batch") || written.batch;
  const plan = isBatch ? batchedPlan(planned.value) : planned.value;
  const early = await stoppingOf(suite, plan, chosen, isBatch);
  if (!early.ok) return showFaults(early.faults, json, io);
  const runs = await earlierRuns(out, suite, { pilot: textFlag(flags, "pilot"), cwd: io.cwd });
  const survey = await surveyCases(plan, suite.gate?.rules ?? []);
  const asked = plan.models.map((model) => askedModel(model, runs));
  const result: PlanInput = {
    suite: suite.name,
    cases: plan.tasks.reduce((sum, task) => sum + task.planned, 0),
    forecast: forecast({ models: asked, tasks: survey.tasks, concurrency: suite.concurrency }),
    judges: judgeForecasts(suite, plan, runs),
    batched: plan.models.filter(({ isBatched }) => isBatched === true).map(({ name }) => name),
    budget: suite.budget,
    earlierRuns: runs.map(({ manifest }) => manifest.id),
    gate: suite.gate && gatePlan(suite.gate, { suite, plan, survey, runs, stopping: early.value, ...wanted }),
  };
  io.out(json ? document(result) : planScreen(result));
  return EXIT.ok;
}

/** What is unknown or without bound is `null`. */
function document(result: PlanInput): string {
  return `${JSON.stringify({ schema: 1, command: "plan", ...result }, (_, value: unknown) => value ?? null)}\n`;
}

function powerFlag(flags: FlagValues): number {
  const power = shareFlag(flags, "power") ?? 0.8;
  if (power >= 0.5 && power < 1) return power;
  throw new UsageError(`--power takes a chance from 0.5 to below 1, not "${power}"`);
}

function askedModel(model: Model, runs: readonly EarlierRun[]): AskedModel {
  const capabilities = backends.get(model.backend)?.capabilities;
  const paces = new Map<string, Pace>();
  for (const run of runs) {
    for (const [task, pace] of run.paces.get(model.name) ?? [])
      paces.set(task, filled(paces.get(task), model.isBatched === true ? untimed(pace) : pace));
  }
  return {
    model,
    price: priceOf(model),
    longestAnswer: longestAnswer(model),
    sharing: capabilities?.sharing ?? "parallel",
    simulated: capabilities?.simulated ?? false,
    paces,
  };
}

/** How long a batch takes, the times of single calls do not tell. */
function untimed(pace: Pace): Pace {
  return { ...pace, latencyMs: undefined, generationMs: undefined };
}

/** What a newer run did not measure (answers from the cache have no time), an older one may have. */
function filled(newer: Pace | undefined, older: Pace): Pace {
  return {
    inputTokens: newer?.inputTokens ?? older.inputTokens,
    outputTokens: newer?.outputTokens ?? older.outputTokens,
    latencyMs: newer?.latencyMs ?? older.latencyMs,
    generationMs: newer?.generationMs ?? older.generationMs,
    costUsd: newer?.costUsd ?? older.costUsd,
    calls: newer?.calls ?? older.calls,
  };
}

/** Whether the run would stop early; faults where it is told to and cannot. */
async function stoppingOf(
  suite: Suite,
  plan: Plan,
  chosen: Selection,
  isBatch: boolean,
): Promise<Result<GatePlanInput["stopping"]>> {
  const stop = isBatch ? batchStop(suite) : undefined;
  const early = await planEarly({ suite, plan, selection: chosen, stop });
  if (!early.ok) return early;
  if (early.value.watch !== undefined) return { ok: true, value: "on" };
  const can = !isBatch && suite.gate !== undefined && whyNotEarly(suite.gate, plan, chosen) === undefined;
  return { ok: true, value: can ? "off" : "impossible" };
}

interface GateGiven {
  readonly suite: Suite;
  readonly plan: Plan;
  readonly survey: Survey;
  readonly runs: readonly EarlierRun[];
  readonly power: number;
  readonly discordance: number | undefined;
  readonly stopping: GatePlanInput["stopping"];
}

function gatePlan(policy: GatePolicy, given: GateGiven): GatePlan {
  const pilots = new Map<string, Alignment>();
  for (const name of policy.candidates) {
    const pilot = given.runs.map((run) => pilotOf(run, policy.baseline, name)).find(Boolean);
    if (pilot !== undefined) pilots.set(name, pilot);
  }
  return planGate({
    policy,
    cases: given.survey.ruleCases,
    tasks: given.plan.tasks.length,
    repeats: new Map(given.suite.models.map(({ name, settings }) => [name, settings.repeats])),
    pilots,
    discordance: given.discordance,
    power: given.power,
    stopping: given.stopping,
  });
}

function pilotOf(
  { table, manifest }: EarlierRun,
  baseline: string,
  candidate: string,
): Alignment | undefined {
  const side = (name: string) => {
    const samples = table.targets.get(name);
    const simulated = manifest.models.some((model) => model.name === name && model.simulated);
    return samples && { name, table, samples, simulated };
  };
  const [before, after] = [side(baseline), side(candidate)];
  return before && after && align(before, after);
}
