import { dirname } from "node:path";
import type { Case } from "../domain/dataset.ts";
import type { Price } from "../domain/model.ts";
import type { Sample } from "../domain/sample.ts";
import type { ScoredSample } from "../domain/score.ts";
import type { Suite, Task } from "../domain/suite.ts";
import { toScoredSample } from "../engine/scored-sample.ts";
import { combine } from "../scorers/combine.ts";
import { createModuleRunner } from "../scorers/module-runner.ts";
import { scoreAnswer } from "../scorers/score-answer.ts";
import { scoreSteps } from "./step-scores.ts";
import { systemClock } from "./system-clock.ts";

/** A sample with the task and the case that it answers. */
export interface Unscored {
  readonly sample: Sample;
  readonly task: Task;
  readonly case: Case;
}

/** Turns samples into scored samples. A resource: close it. */
export interface Scoring {
  score(unscored: Unscored): Promise<ScoredSample>;
  close(): Promise<void>;
}

const SCORER_MS = 10_000;

/** Opens the scorers of a suite. `prices` is by model name; `undefined` is unknown. */
export function startScoring(suite: Suite, prices: ReadonlyMap<string, Price | undefined>): Scoring {
  const modules = createModuleRunner();
  const ports = { clock: systemClock, directory: dirname(suite.file), timeoutMs: SCORER_MS, modules };
  const workflows = new Map(suite.models.map(({ name, workflow }) => [name, workflow?.name]));
  const fields = new Map(suite.tasks.map((task) => [task.name, sliceFields(suite, task)]));
  return {
    score: async ({ sample, task, case: item }) => {
      const { outcome } = sample;
      const scores =
        outcome.kind === "failed" || outcome.kind === "skipped"
          ? []
          : await scoreAnswer({
              specs: task.scorers,
              case: item,
              answer: outcome.answer,
              outcome: outcome.kind,
              ports,
            });
      const steps = await scoreSteps(sample, {
        workflow: workflows.get(sample.target),
        prices,
        score: async (answer, kind) => {
          const judged = await scoreAnswer({ specs: task.scorers, case: item, answer, outcome: kind, ports });
          return combine(judged).score;
        },
      });
      return toScoredSample({
        sample,
        case: item,
        scores,
        combined: combine(scores),
        steps,
        prices,
        sliceFields: fields.get(task.name) ?? [],
      });
    },
    close: () => modules.close(),
  };
}

/** The task's own slice fields, and those that the gate's rules name. */
function sliceFields(suite: Suite, task: Task): readonly string[] {
  const named = suite.gate?.rules.flatMap(({ where }) => Object.keys(where ?? {})) ?? [];
  return [...new Set([...task.slices, ...named.filter((field) => field !== "tags")])];
}
