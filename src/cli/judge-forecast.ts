import type { Manifest } from "../domain/run.ts";
import type { ScorerSpec, Suite } from "../domain/suite.ts";
import type { Plan } from "../engine/plan.ts";
import type { JudgeForecast } from "../reports/plan-screen.ts";
import { CANARIES } from "../scorers/canaries.ts";
import { scorers } from "../scorers/registry.ts";
import { judgesOf } from "./judge-needs.ts";

/** What the judges of a plan would be asked, at most, and cost by what they cost before. */
export function judgeForecasts(
  suite: Suite,
  { tasks, models }: Plan,
  runs: readonly { readonly manifest: Manifest }[],
): readonly JudgeForecast[] {
  const repeats = (some: Plan["models"]) => sum(some.map(({ settings }) => settings.repeats));
  const all = repeats(models);
  // The baseline's own answers are shown beside nothing.
  const beside = repeats(models.filter((model) => model.name !== suite.gate?.baseline));
  const needed = judgesOf(
    suite,
    tasks.map(({ task }) => task),
  );
  return needed.map(({ model: { name, model }, forms }) => {
    const perTask = tasks.map(
      ({ task, planned }) =>
        planned * sum(task.scorers.map((spec) => questions(spec, name, { all, beside }))),
    );
    const canaries = sum(forms.map((form) => CANARIES.length * (form === "pair" ? 2 : 1)));
    const isPerTurn = tasks.some(({ task }) =>
      task.scorers.some(({ judges, turns }) => judges?.includes(name) === true && turns === "each"),
    );
    const mostCalls = isPerTurn ? undefined : sum(perTask) + canaries;
    const perCall = costPerCall(name, model, runs);
    const costUsd = mostCalls === undefined || perCall === undefined ? undefined : mostCalls * perCall;
    return { judge: name, mostCalls, costUsd };
  });
}

/** Questions about the answers to one case: a pair is shown in both orders. */
function questions(
  { scorer, options }: ScorerSpec,
  judge: string,
  { all, beside }: { readonly all: number; readonly beside: number },
): number {
  const named = scorers.get(scorer)?.judges(options) ?? [];
  const own = named.filter((one) => one.judge === judge);
  return sum(own.map(({ form }) => (form === "pair" ? 2 * beside : all)));
}

/** Of the newest earlier run in which the same judge was asked. */
function costPerCall(
  name: string,
  model: string,
  runs: readonly { readonly manifest: Manifest }[],
): number | undefined {
  const known = runs
    .flatMap(({ manifest }) => manifest.judges)
    .find((judge) => judge.name === name && judge.model === model && judge.calls > 0);
  return known?.costUsd == null ? undefined : known.costUsd / known.calls;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
