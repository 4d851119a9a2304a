import type { CaseList, ListedModel } from "../case-data.ts";

/** A model's samples, found by case. */
export interface ModelScores {
  readonly model: ListedModel;
  /** Mean score of each case; NaN where nothing was scored. */
  readonly means: Float64Array;
  /** The samples of a case in order of repeat, as indices of the model's columns. */
  samplesOf(index: number): readonly number[];
}

/** Groups a model's samples by case. */
export function modelScores(model: ListedModel, cases: number): ModelScores {
  const starts = new Uint32Array(cases + 1);
  const sums = new Float64Array(cases);
  const counts = new Uint32Array(cases);
  for (const [sample, index] of model.caseIndex.entries()) {
    starts[index + 1] = (starts[index + 1] ?? 0) + 1;
    const score = model.score[sample];
    if (score === null || score === undefined) continue;
    sums[index] = (sums[index] ?? 0) + score;
    counts[index] = (counts[index] ?? 0) + 1;
  }
  for (let index = 1; index <= cases; index += 1)
    starts[index] = (starts[index] ?? 0) + (starts[index - 1] ?? 0);
  const next = starts.slice();
  const order = new Uint32Array(model.caseIndex.length);
  for (const [sample, index] of model.caseIndex.entries()) {
    const at = next[index] ?? 0;
    order[at] = sample;
    next[index] = at + 1;
  }
  const repeat = (sample: number) => model.repeat[sample] ?? 0;
  return {
    model,
    means: sums.map((sum, index) => (counts[index] === 0 ? Number.NaN : sum / (counts[index] ?? 1))),
    samplesOf: (index) =>
      [...order.subarray(starts[index], starts[index + 1])].sort((a, b) => repeat(a) - repeat(b)),
  };
}

/** Every model of the list, by name. */
export function allScores({ models, cases }: CaseList): ReadonlyMap<string, ModelScores> {
  return new Map(models.map((model) => [model.name, modelScores(model, cases.id.length)]));
}
