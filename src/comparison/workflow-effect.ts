import type { Interval } from "../statistics/interval.ts";
import type { Comparison } from "./compare.ts";
import type { CandidateVerdict } from "./gate.ts";
import type { MetricValue } from "./metric-value.ts";
import type { RuleState } from "./rules.ts";
import { marginOfTask } from "./stated-margins.ts";
import type { Ending } from "./workflow-endings.ts";

/** A model with a workflow beside a model that is asked as it is, on the cases of both. */
export interface BesideModel {
  readonly model: string;
  readonly simulated: boolean;
  /** Scored on both sides. */
  readonly cases: number;
  readonly modelScore: number | undefined;
  readonly targetScore: number | undefined;
  /** Target less model; `undefined` where no case was scored on both sides. */
  readonly difference: Interval | undefined;
  /** Cases on which the target scores more than the model alone, and less. */
  readonly repaired: number;
  readonly broken: number;
  /** Of the target over the model: what a case costs, and how long it takes, case by case. */
  readonly cost: MetricValue;
  readonly latency: Interval | undefined;
  /** Whether the target would do in the model's place, and by which margins; `undefined` where none is set. */
  readonly inPlace: InPlace | undefined;
}

/** The answer to whether a model with a workflow would do. */
export interface InPlace {
  readonly state: RuleState;
  readonly margins: readonly number[];
  /** Decided by the gate; else by each task's own comparison. */
  readonly isGate: boolean;
}

/** What a workflow makes of a model, and whether it would do in the place of another. */
export interface WorkflowEffect {
  readonly target: string;
  readonly workflow: string;
  /** The suite's model that it asks. */
  readonly of: string;
  /** Beside that model alone; `undefined` where the run did not ask it by itself. */
  readonly alone: BesideModel | undefined;
  /** That model is asked with other parameters than the target. */
  readonly isAskedOtherwise: boolean;
  /** Beside other models that are asked as they are. */
  readonly others: readonly BesideModel[];
  /** How far its answers got; empty for a workflow that makes drafts. */
  readonly endings: readonly Ending[];
}

/** What a comparison, with the model as its baseline and the target as its candidate, says of the two. */
export function besideModel(comparison: Comparison, verdict: CandidateVerdict | undefined): BesideModel {
  const { baseline, overall, flipped, metrics, times } = comparison;
  const cost = metrics.find(({ metric }) => metric === "cost")?.ratio;
  return {
    model: baseline.name,
    simulated: baseline.simulated || comparison.candidate.simulated,
    cases: overall.compared,
    modelScore: overall.baselineMean,
    targetScore: overall.candidateMean,
    difference: overall.observed?.difference,
    repaired: flipped.filter((flip) => flip.candidate > flip.baseline).length,
    broken: flipped.filter((flip) => flip.candidate < flip.baseline).length,
    cost: cost ?? { known: false, reason: "no cost was measured" },
    latency: times.find(({ metric }) => metric === "latency")?.ratio,
    inPlace: verdict === undefined ? byTasks(comparison) : byGate(verdict),
  };
}

/** By the margins that the gate holds scores to: its own word, with labels, distrust and corrections in it. */
function byGate({ rules }: CandidateVerdict): InPlace | undefined {
  const margins = rules.filter(({ metric, bound }) => metric === "score" && bound.kind === "margin");
  if (margins.length === 0) return undefined;
  const states = margins.map(({ state }) => state);
  return {
    state: joint(states),
    margins: [...new Set(margins.map(({ bound }) => bound.value))],
    isGate: true,
  };
}

function byTasks({ tasks, settings }: Comparison): InPlace | undefined {
  const margins = tasks.map(({ task }) => marginOfTask(settings, task));
  const stated = margins.filter((margin) => margin !== undefined);
  if (stated.length === 0 || stated.length < margins.length) return undefined;
  const states = tasks.map(({ difference: { verdict } }): RuleState => {
    if (verdict === "safe") return "held";
    return verdict === "unsafe" ? "broken" : "undecided";
  });
  return { state: joint(states), margins: [...new Set(stated)], isGate: false };
}

function joint(states: readonly RuleState[]): RuleState {
  if (states.includes("broken")) return "broken";
  return states.every((state) => state === "held") ? "held" : "undecided";
}
