import type { Interval } from "../statistics/interval.ts";
import { roganGladen } from "../statistics/rogan-gladen.ts";
import { caseKey } from "./case-table.ts";
import type { HumanLabels } from "./human-labels.ts";
import type { PairedCases } from "./paired-cases.ts";

/** One model's answers to a task, as a yes/no judge has them and as people would. */
export interface TrueRate {
  readonly target: string;
  /** Share of yes that the judge gives. */
  readonly judged: number;
  /** `undefined` where the judge is hardly better than chance on this model, or no label of either kind is there. */
  readonly corrected: Interval | undefined;
}

/**
 * The rate of right answers behind a yes/no judge, by what people say of some of them. A judge may err more on one model
 * than on another, so each has its own sensitivity and specificity. `undefined` for scores that are not 0 or 1.
 */
export function trueRate(
  pairs: PairedCases,
  { scores }: Pick<HumanLabels, "scores">,
  {
    target,
    side,
    confidence,
  }: { readonly target: string; readonly side: "baseline" | "candidate"; readonly confidence: number },
): TrueRate | undefined {
  const judged = { hits: 0, of: 0 };
  const sensitivity = { hits: 0, of: 0 };
  const specificity = { hits: 0, of: 0 };
  for (const pair of pairs) {
    const { mean, scored } = pair[side];
    if (scored === 0) continue;
    const human = scores.get(caseKey(pair.task, pair.id))?.get(target);
    if (![0, 1].includes(mean) || ![0, 1, undefined].includes(human)) return undefined;
    if (human === undefined) {
      judged.of += 1;
      judged.hits += mean;
    } else {
      const rate = human === 1 ? sensitivity : specificity;
      rate.of += 1;
      rate.hits += Number(mean === human);
    }
  }
  if (judged.of === 0) return undefined;
  return {
    target,
    judged: judged.hits / judged.of,
    corrected: roganGladen({ judged, sensitivity, specificity, confidence }),
  };
}
