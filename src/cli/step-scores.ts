import { draftsOf } from "../comparison/step-analysis.ts";
import type { Price } from "../domain/model.ts";
import type { Answer, AnsweredKind } from "../domain/outcome.ts";
import type { Sample } from "../domain/sample.ts";
import type { ScoredStep } from "../domain/score.ts";
import { allSoon, type Soon, soon } from "../domain/soon.ts";
import { costUsd } from "../engine/cost.ts";

/** What the drafts of a sample are scored with. */
export interface StepScoring {
  /** Name of the target's workflow. */
  readonly workflow: string | undefined;
  readonly prices: ReadonlyMap<string, Price | undefined>;
  /** The score that an answer would have, by scorers that ask no model; `null` where they could not judge it. */
  score(answer: Answer, kind: AnsweredKind): Soon<number | null>;
}

/** Scores the drafts of a workflow's answer as if each had been the answer; no call is made. */
export function scoreSteps(
  { outcome }: Pick<Sample, "outcome">,
  { workflow, prices, score }: StepScoring,
): Soon<readonly ScoredStep[] | undefined> {
  if (outcome.kind === "failed" || outcome.kind === "skipped") return undefined;
  if (draftsOf(workflow ?? "") === undefined) return undefined;
  const drafts = outcome.answer.steps?.filter(({ aside }) => aside !== true) ?? [];
  if (drafts.length === 0) return undefined;
  // Samples of one prompt often say the same.
  const known = new Map<string, Soon<number | null>>();
  return allSoon(
    drafts.map(({ name, model, kind, answer }) => {
      const key = JSON.stringify([kind, answer.text, answer.toolCalls]);
      const judged = known.get(key) ?? score(answer, kind);
      known.set(key, judged);
      const cost = costUsd(answer.usage, answer.timings, prices.get(model));
      return soon(judged, (score): ScoredStep => ({ name, model, score, costUsd: cost }));
    }),
  );
}
