import type { Model } from "../domain/model.ts";
import type { Suite, Task } from "../domain/suite.ts";
import type { Plan } from "../engine/plan.ts";
import { scorers } from "../scorers/registry.ts";
import type { CanaryForm, JudgeUse } from "../scorers/scorer.ts";

/** A judge that tasks ask, and how. */
export interface NeededJudge {
  /** As it is asked. */
  readonly model: Model;
  readonly tasks: readonly string[];
  readonly forms: readonly CanaryForm[];
  /** It makes embeddings and gives no verdict: there is no canary for it. */
  readonly embeds: boolean;
}

/** The judges that the scorers of some tasks ask, in the order in which they are named. */
export function judgesOf(suite: Suite, tasks: readonly Task[]): readonly NeededJudge[] {
  const needed = new Map<string, { readonly tasks: Set<string>; readonly forms: Set<JudgeUse> }>();
  for (const { name, scorers: specs } of tasks) {
    for (const { scorer, options } of specs) {
      for (const { judge, form } of scorers.get(scorer)?.judges(options) ?? []) {
        const entry = needed.get(judge) ?? { tasks: new Set(), forms: new Set() };
        needed.set(judge, entry);
        entry.tasks.add(name);
        entry.forms.add(form);
      }
    }
  }
  return [...needed].flatMap(([name, { tasks: of, forms }]) => {
    const model = judgeModel(suite, name);
    const asked = [...forms].filter((form) => form !== "embedding");
    const embeds = forms.has("embedding");
    return model === undefined ? [] : [{ model, tasks: [...of], forms: asked, embeds }];
  });
}

/** A judge by its name. What a measured model is sent for its answers' sake is not meant for a verdict. */
function judgeModel({ judges, models }: Suite, name: string): Model | undefined {
  const own = judges.find((judge) => judge.name === name);
  if (own !== undefined) return own;
  const model = models.find((one) => one.name === name);
  if (model === undefined) return undefined;
  const parameters = { ...model.parameters, responseSchema: undefined, tools: undefined, stop: undefined };
  return { ...model, parameters };
}

/** The models that a run connects: those that it measures and those that only judge. */
export function connected(models: readonly Model[], judges: readonly NeededJudge[]): readonly Model[] {
  const names = new Set(models.map(({ name }) => name));
  return [...models, ...judges.map(({ model }) => model).filter(({ name }) => !names.has(name))];
}

/** Every model that a plan asks, to answer or to judge; the others of a workflow aside. */
export function askedModels(suite: Suite, { models, tasks }: Plan): readonly Model[] {
  return connected(
    models,
    judgesOf(
      suite,
      tasks.map(({ task }) => task),
    ),
  );
}
