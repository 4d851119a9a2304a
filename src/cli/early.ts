import { statementsIn } from "../comparison/statements.ts";
import type { Fault, Result } from "../domain/fault.ts";
import type { EarlyStopping, Selection } from "../domain/run.ts";
import type { GatePolicy, StopChoice, Suite } from "../domain/suite.ts";
import { askOrder } from "../engine/ask-order.ts";
import type { Plan } from "../engine/plan.ts";
import { comparesBaseline } from "./compared-samples.ts";
import { type EarlySurvey, surveyForStop } from "./early-survey.ts";
import { type EarlyWatch, watchEarly } from "./early-watch.ts";

/** How a run is asked that may stop early. */
export interface Early {
  /** As the manifest keeps it; `undefined` without a gate. */
  readonly stopping: EarlyStopping | undefined;
  /** The plan with its cases in the order drawn, where stopping is on. */
  readonly plan: Plan;
  /** `undefined` where stopping is off. */
  readonly watch: EarlyWatch | undefined;
}

/** `auto` lets a run stop where every margin has so many units: with fewer the fixed test proves more. */
export const AUTO_UNITS = 200;

/**
 * Settles before the first call whether the run may stop early, from the gate and the number of cases alone. Faults:
 * what cannot stop early was told to.
 */
export async function planEarly({
  suite,
  plan,
  selection,
  stop,
}: {
  readonly suite: Suite;
  readonly plan: Plan;
  readonly selection: Selection;
  /** What the command line says; `undefined` leaves it to the gate. */
  readonly stop: StopChoice | undefined;
}): Promise<Result<Early>> {
  const { gate } = suite;
  const off = { stopping: undefined, plan, watch: undefined };
  if (gate === undefined)
    return stop === "early" ? refused("--stop early needs a gate, and this suite has none") : ok(off);
  const chosen = stop ?? gate.stop;
  if (gate.claim === "dataset" && chosen === "never")
    return refused("claim: dataset of this gate and --stop never do not go together");
  const why = whyNotEarly(gate, plan, selection);
  if (why !== undefined && chosen === "early") return refused(why);
  if (chosen === "never" || why !== undefined) return ok({ ...off, stopping: choiceOf(chosen) });
  const survey = await surveyForStop(plan, gate);
  const stopping = { ...choiceOf(chosen), ...figures(survey), isOn: true };
  if (chosen === "auto" && !isLarge(gate, stopping))
    return ok({ ...off, stopping: { ...stopping, isOn: false } });
  return ok(switchedOn({ suite, gate, plan, survey, stopping }));
}

/** As a run was planned before it was interrupted: the choice and its figures are those of its manifest. */
export async function resumedEarly(
  suite: Suite,
  plan: Plan,
  stopping: EarlyStopping | undefined,
): Promise<Early> {
  const { gate } = suite;
  if (stopping?.isOn !== true || gate === undefined) return { stopping, plan, watch: undefined };
  const survey = await surveyForStop(plan, gate);
  return switchedOn({ suite, gate, plan, survey, stopping: { ...stopping, decided: null } });
}

function switchedOn({
  suite,
  gate,
  plan,
  survey,
  stopping,
}: {
  readonly suite: Suite;
  readonly gate: GatePolicy;
  readonly plan: Plan;
  readonly survey: EarlySurvey;
  readonly stopping: EarlyStopping;
}): Early {
  const watch = watchEarly({ gate, design: stopping, plan, models: suite.models });
  const first = stopping.firstUnits === 0 ? new Set<string>() : survey.first;
  const inOrder = async function* () {
    for await (const unit of askOrder({ seed: plan.seed, tasks: plan.tasks, first })) {
      watch.expect(unit);
      yield unit.cases;
    }
  };
  return { stopping, plan: { ...plan, inOrder }, watch };
}

function choiceOf(stop: StopChoice): EarlyStopping {
  return { stop, isOn: false, cases: 0, units: 0, firstUnits: 0, slices: [], decided: null };
}

function figures({ cases, units, slices, first }: EarlySurvey) {
  // Where every unit is must-pass, none is before another.
  return { cases, units, slices, firstUnits: first.size === units ? 0 : first.size };
}

function isLarge(gate: GatePolicy, stopping: EarlyStopping): boolean {
  const margins = statementsIn(gate, stopping).filter(({ kind }) => kind === "margin");
  if (gate.claim === "dataset") return margins.length > 0;
  return margins.length > 0 && margins.every(({ units }) => units >= AUTO_UNITS);
}

/** Why a run cannot stop early, whatever its gate says; `undefined` where it can. */
export function whyNotEarly(
  { baseline, candidates }: GatePolicy,
  { tasks }: Plan,
  { shard, models }: Selection,
): string | undefined {
  const compared = tasks.find(({ task }) => comparesBaseline(task));
  if (compared !== undefined)
    return `${compared.task.name} is scored beside the baseline's answers once all of them are there: its run cannot stop early`;

  if (shard !== undefined)
    return "a shard cannot stop early: the order of the cases is that of the whole run";
  if (models === undefined) return undefined;
  return `a run with --filter model=… cannot stop early: its gate compares ${[baseline, ...candidates].join(", ")}`;
}

function ok(early: Early): Result<Early> {
  return { ok: true, value: early };
}

function refused(message: string): Result<Early> {
  const fault: Fault = {
    code: "E1604",
    message,
    place: undefined,
    source: undefined,
    label: undefined,
    hint: "Use --stop never or auto, or leave out what does not go with it.",
  };
  return { ok: false, faults: [fault] };
}
