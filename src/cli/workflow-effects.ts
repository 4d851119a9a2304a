import { align } from "../comparison/align.ts";
import type { CompareSettings, Comparison, compare } from "../comparison/compare.ts";
import type { GateResult } from "../comparison/gate.ts";
import type { Distrust } from "../comparison/judge-trust.ts";
import { besideModel, type WorkflowEffect } from "../comparison/workflow-effect.ts";
import { canonicalJson } from "../domain/canonical-json.ts";
import type { ManifestModel } from "../domain/run.ts";
import { type ScoredRun, sideOf } from "./scored-run.ts";

/** Other models beside which a workflow is shown where no gate names the one in use. */
const MOST_OTHERS = 5;

/** What the effects of workflows are told from. */
export interface Effects {
  readonly run: ScoredRun;
  /** The targets that are told of. */
  readonly targets: readonly string[];
  /** The model in use; `undefined`: every model of the run that is asked as it is. */
  readonly baseline: string | undefined;
  /** Comparisons that are made already. */
  readonly comparisons: readonly Comparison[];
  readonly gate: GateResult | undefined;
  readonly compareAll: typeof compare;
  readonly settings: CompareSettings;
  /** Scores that are no evidence, where no gate says so. */
  readonly distrust: Distrust;
}

/** Each target with a workflow beside the model that it asks and beside the model in use. */
export function workflowEffects(effects: Effects): readonly WorkflowEffect[] {
  const { run, targets, baseline } = effects;
  const { models } = run.manifest;
  const bare = models.filter(({ name, workflow }) => workflow === null && run.table.targets.has(name));
  return models.flatMap((target) => {
    const { name, workflow } = target;
    if (workflow === null || !targets.includes(name) || !run.table.targets.has(name)) return [];
    // Runs of older versions do not say which model it is: the first of those that have a price row.
    const of = workflow.of ?? Object.keys(workflow.prices)[0] ?? name;
    const own = bare.find((model) => model.name === of);
    const others = bare.filter((model) => model !== own && isShown(model, baseline)).slice(0, MOST_OTHERS);
    const beside = (model: ManifestModel) => besideOf(effects, model.name, name);
    return [
      {
        target: name,
        workflow: workflow.name,
        of,
        alone: own === undefined ? undefined : beside(own),
        isAskedOtherwise: own !== undefined && isAskedOtherwise(own, target),
        others: others.map(beside),
        endings: run.endings.get(name) ?? [],
      },
    ];
  });
}

function isShown({ name }: ManifestModel, baseline: string | undefined): boolean {
  return baseline === undefined || name === baseline;
}

function isAskedOtherwise(own: ManifestModel, target: ManifestModel): boolean {
  return canonicalJson(own.parameters) !== canonicalJson(target.parameters);
}

function besideOf(
  { run, comparisons, gate, compareAll, settings, distrust }: Effects,
  model: string,
  target: string,
) {
  const known = comparisons.find(
    ({ baseline, candidate }) => baseline.name === model && candidate.name === target,
  );
  const verdict = gate?.verdicts.find(
    ({ baseline, candidate }) => baseline === model && candidate === target,
  );
  const made = known ?? compareAll(align(sideOf(run, model), sideOf(run, target)), settings);
  const found = besideModel(made, verdict);
  return verdict === undefined && distrust.size > 0 ? { ...found, inPlace: undefined } : found;
}
